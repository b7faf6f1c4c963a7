"""Open anything that prefit can read: the one entry to all sources."""

from __future__ import annotations

import os
from typing import Any

from prefit.sources.csv_options import CsvOptions
from prefit.sources.files import DataFile, find_files
from prefit.sources.postgresql import is_postgresql
from prefit.sources.settling import SettlingSource
from prefit.sources.table import TableSource

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
        JSON records, Arrow IPC, Feather or ORC; ``postgresql://user@host/database?table=schema.table`` or
        ``?query=SELECT ...``; or a pandas or polars data frame, a pyarrow Table, RecordBatch,
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
    if isinstance(data, str) and is_postgresql(data):
        from prefit.sources.postgresql import open_postgresql

        return open_postgresql(data)
    if isinstance(data, (str, os.PathLike)):
        name, files = find_files(os.fspath(data))
        return _open_files(name, files, options or CsvOptions())
    from prefit.sources.memory import open_memory

    return open_memory(data)


def _open_files(name: str, files: list[DataFile], options: CsvOptions) -> TableSource | SettlingSource:
    match files[0].kind:
        case "parquet":
            from prefit.sources.columnar import open_columnar
            from prefit.sources.parquet import PARQUET

            return open_columnar(name, files, PARQUET)
        case "arrow":
            from prefit.sources.arrow_ipc import ARROW_IPC
            from prefit.sources.columnar import open_columnar

            return open_columnar(name, files, ARROW_IPC)
        case "orc":
            from prefit.sources.columnar import open_columnar
            from prefit.sources.orc import ORC

            return open_columnar(name, files, ORC)
        case "csv":
            from prefit.sources.csv import open_csv

            return open_csv(name, files, options)
        case "json":
            from prefit.sources.json_lines import open_json

            return open_json(name, files)
