"""Data sets of Hugging Face on disk, as ``save_to_disk`` writes them: streams of Arrow and a list of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from prefit.errors import InputError, InputNotFound, UnreadableInput
from prefit.sources.arrow_ipc import ARROW_IPC
from prefit.sources.columnar import ColumnarFormat, Layout
from prefit.sources.files import DataFile
from prefit.sources.remote import Location

__all__ = ["HUGGING_FACE", "find_dataset"]

_STATE, _SPLITS = "state.json", "dataset_dict.json"


def find_dataset(folder: Path) -> tuple[str, list[DataFile]]:
    """Return what to call a data set in a folder, and its files in the order of its rows.

    Raises
    ------
    InputError
        If the folder holds several splits.
    InputNotFound
        If a file that the data set lists is not there.
    UnreadableInput
        If that list cannot be read.
    """
    if (folder / _SPLITS).is_file():
        found = _read(folder / _SPLITS).get("splits", [])
        splits = sorted(found, key=lambda split: (split != "train", split != "test", split))
        raise InputError(
            f"{folder} must be one data set; got the splits {', '.join(splits)}. Name one: {folder / splits[0]}"
            f"{f', and another as test data: {folder / splits[1]}' if len(splits) > 1 else ''}."
        )
    listed = [str(entry["filename"]) for entry in _read(folder / _STATE).get("_data_files", [])]
    if not listed:
        raise InputError(f"{folder} must hold rows; got a data set without a file. Save it again.")
    files = [DataFile((folder / name).resolve(), name, "arrow") for name in listed]
    for file in files:
        if not Path(str(file.path)).is_file():
            raise InputNotFound(f"{folder / file.label} must be there, as {_STATE} lists it; got nothing. Copy it too.")
    return folder.resolve().name, files


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"{path} must be JSON; got {error}. Save the data set again.") from None


def _layout(path: Location) -> Layout:
    layout = ARROW_IPC.layout(path)
    labels = _labels(layout.schema)
    fields = [field.with_type(pa.string()) if field.name in labels else field for field in layout.schema]
    return Layout(pa.schema(fields), layout.pieces)


def _read_pieces(path: Location, pieces: Sequence[int]) -> Iterator[pa.RecordBatch]:
    labels: dict[str, pa.Array] | None = None
    for batch in ARROW_IPC.read(path, pieces):
        labels = _labels(batch.schema) if labels is None else labels
        columns = [
            _named(column, labels[name]) if name in labels else column
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, batch.schema.names)


def _labels(schema: pa.Schema) -> dict[str, pa.Array]:
    """Return the names of the classes of the columns that hold their numbers."""
    written = (schema.metadata or {}).get(b"huggingface")
    features = json.loads(written).get("info", {}).get("features", {}) if written else {}
    return {
        name: pa.array(feature["names"], pa.string())
        for name, feature in features.items()
        if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and feature.get("names")
        if name in schema.names and pa.types.is_integer(schema.field(name).type)
    }


def _named(numbers: pa.Array, names: pa.Array) -> pa.Array:
    """Return the classes by name; the number -1 stands for a label that is not known."""
    known = pc.if_else(pc.equal(numbers, -1), None, numbers).cast(pa.int32())
    return pa.DictionaryArray.from_arrays(known, names)


HUGGING_FACE = ColumnarFormat("Arrow", _layout, _read_pieces)
