"""Open anything that prefit can read: the one entry to all sources."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from prefit.sources.csv_options import CsvOptions
from prefit.sources.files import DataFile, find_files, without_scheme
from prefit.sources.lakes import is_lake
from prefit.sources.postgresql import is_postgresql
from prefit.sources.settling import SettlingSource
from prefit.sources.table import TableSource

if TYPE_CHECKING:
    from prefit.sources.columnar import ColumnarFormat

__all__ = ["open_source"]


def open_source(data: Any, *, options: CsvOptions | None = None) -> TableSource | SettlingSource:
    """Open data of any supported kind.

    Files are looked at, not loaded: the footers of Parquet, Arrow and ORC files are read; CSV and JSON files are read
    through once, so that column types hold for every row, or so that the profile can prove them. One-shot streams are
    read into memory.

    Parameters
    ----------
    data : path, str, or table in memory
        A file, a folder, a glob pattern or a URI (``file://``, ``s3://``, ``gs://``, ...) of Parquet, CSV, JSON Lines,
        JSON records, Arrow IPC, Feather, ORC, ARFF or workbooks (``book.xlsx?sheet=Name``); a folder that
        ``save_to_disk`` of Hugging Face wrote; the folder of a table of Delta Lake or Iceberg,
        ``delta+s3://bucket/table``, ``iceberg://catalog/namespace.table``;
        ``postgresql://user@host/database?table=schema.table`` or ``?query=SELECT ...``, and the same with
        ``sqlite:///file`` and ``duckdb:///file``; or a pandas or polars data frame, a pyarrow Table, RecordBatch,
        RecordBatchReader or Dataset, anything with ``__arrow_c_stream__``, a dict of columns or a list of dicts.
    options : CsvOptions, optional
        Overrides what would be found out about CSV files; ignored for other kinds.

    Returns
    -------
    TableSource or SettlingSource
        Its partitions can be read in any order, in any process.

    Raises
    ------
    UsageError
        If `data` is of a kind that cannot be opened.
    InputError
        If nothing is there, or what is there cannot be read as one table.

    Examples
    --------
    >>> open_source({"age": [31, 47]}).schema.names
    ['age']
    """
    if isinstance(data, (TableSource, SettlingSource)):
        return data
    if isinstance(data, (str, os.PathLike)):
        location = os.fspath(data)
        return _open_in_place(location) or _open_found(location, options or CsvOptions())
    from prefit.sources.memory import open_memory

    return open_memory(data)


def _open_in_place(location: str) -> TableSource | None:
    """Open what is more than files: a database, or a folder that says itself which files its rows are in."""
    if is_postgresql(location):
        from prefit.sources.postgresql import open_postgresql

        return open_postgresql(location)
    if location.lower().startswith(("sqlite:", "duckdb:")):
        from prefit.sources.embedded import open_embedded

        return open_embedded(location)
    location = without_scheme(location)
    if is_lake(location):
        from prefit.sources.lakes import open_lake

        return open_lake(location)
    folder = Path(location).expanduser()
    names = _names_in(folder)
    if "dataset_dict.json" in names or {"state.json", "dataset_info.json"} <= names:
        from prefit.sources.columnar import open_columnar
        from prefit.sources.hugging_face import HUGGING_FACE, find_dataset

        return open_columnar(*find_dataset(folder), HUGGING_FACE)
    return None


def _names_in(folder: Path) -> set[str]:
    """Return what lies in a folder; none where it is no folder or may not be looked into, which is told elsewhere."""
    try:
        return {entry.name for entry in folder.iterdir()}
    except OSError:
        return set()


def _open_found(location: str, options: CsvOptions) -> TableSource | SettlingSource:
    from prefit.sources.spreadsheet import split_sheet

    location, sheet = split_sheet(location)
    name, files = find_files(location)
    return _open_files(name, files, options, sheet)


def _open_files(
    name: str, files: list[DataFile], options: CsvOptions, sheet: str | None
) -> TableSource | SettlingSource:
    match files[0].kind:
        case "csv":
            from prefit.sources.csv import open_csv

            return open_csv(name, files, options)
        case "json":
            from prefit.sources.json_lines import open_json

            return open_json(name, files)
        case "sheet":
            from prefit.sources.spreadsheet import open_spreadsheets

            return open_spreadsheets(name, files, sheet)
        case kind:
            from prefit.sources.columnar import open_columnar

            return open_columnar(name, files, _columnar(kind))


def _columnar(kind: Literal["parquet", "arrow", "orc", "arff"]) -> ColumnarFormat:
    match kind:
        case "parquet":
            from prefit.sources.parquet import PARQUET

            return PARQUET
        case "arrow":
            from prefit.sources.arrow_ipc import ARROW_IPC

            return ARROW_IPC
        case "orc":
            from prefit.sources.orc import ORC

            return ORC
        case "arff":
            from prefit.sources.arff import ARFF

            return ARFF
