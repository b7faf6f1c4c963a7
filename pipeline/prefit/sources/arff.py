"""ARFF files, dense and sparse, read row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa

from prefit.sources.arff_dates import EPOCH, ISO, moment_type, strptime_format
from prefit.sources.columnar import ColumnarFormat, Layout, Piece
from prefit.sources.extras import need
from prefit.sources.plain import Compression, raw_chunks
from prefit.sources.remote import Location
from prefit.sources.table import batch_rows

__all__ = ["ARFF"]

_COMPRESSIONS: dict[str, Compression] = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
_ATTRIBUTE = re.compile(r"\s*@attribute\s+(?P<rest>.*?)\s*", re.IGNORECASE)
_INTEGER = re.compile(r"(?<=[\s\"'])integer$", re.IGNORECASE)
_DATA = re.compile(rb"[ \r]*@data", re.IGNORECASE)  # a comment may follow; whatever does, the decoder goes by this
_DATE = re.compile(r"(?<=[\s\"'])date(\s+(?P<pattern>\"[^\"]*\"|'[^']*'|[^\s}]+))?$", re.IGNORECASE)
_REASONS = {
    "BadLayout": "parts that are missing or out of order",
    "BadDateValueError": "a date that is not written as its attribute declares",
    "BadAttributeFormat": "an attribute without a name or a type",
    "BadAttributeName": "an attribute of a name that another one has",
    "BadAttributeType": "an attribute of a type other than numeric, integer, real, string, date or {nominal}",
    "BadDataFormat": "a row with more or fewer values than there are attributes",
    "BadNominalValue": "a value that its attribute does not declare",
    "BadNumericalValue": "a value of a numeric attribute that is no number",
    "BadStringValue": "a text that is not quoted as it should be",
}
_CELLS_AT_ONCE = 1 << 19  # as objects of Python, before they are a batch


class BadDateValueError(ValueError):
    """A text that is not the date that was declared."""


@dataclass(slots=True)
class _Lines:
    """The lines of a file as the decoder understands them: dates are texts, and integers are numbers.

    `formats` has for each attribute how its dates are written, None where it has none, or none that can be read.
    """

    path: Location
    n_read: int = 0
    in_data: bool = field(default=False)
    formats: list[str | None] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        for line in _lines(self.path):
            self.n_read += 1
            text = line.decode("utf-8-sig" if self.n_read == 1 else "utf-8", "surrogateescape")
            yield text if self.in_data else self._of_header(text)
            self.in_data = self.in_data or _DATA.match(line) is not None

    def _of_header(self, line: str) -> str:
        found = _ATTRIBUTE.fullmatch(line)
        if found is None:
            return line
        date = _DATE.search(found["rest"])
        self.formats.append(strptime_format((date["pattern"] or ISO).strip("\"'")) if date is not None else None)
        declared = _DATE.sub("string", _INTEGER.sub("numeric", found["rest"]))
        return f"@attribute {declared}".replace("\t", " ")


def _layout(path: Location) -> Layout:
    need("arff", "arff", "ARFF files")
    lines = _Lines(path)
    with _explained(lines):
        schema, _ = _opened(lines)
        inside = False
        n_rows = 0
        for line in _lines(path):
            stripped = line.strip()
            n_rows += inside and bool(stripped) and not stripped.startswith(b"%")
            inside = inside or _DATA.match(line) is not None
    return Layout(schema, (Piece(n_rows, path.stat().st_size),))


def _read(path: Location, pieces: Sequence[int]) -> Iterator[pa.RecordBatch]:  # noqa: ARG001 (there is but one)
    lines = _Lines(path)
    with _explained(lines):
        schema, rows = _opened(lines)
        n_rows = max(1, min(batch_rows(schema), _CELLS_AT_ONCE // len(schema)))
        while some := list(islice(rows, n_rows)):
            columns = zip(schema.types, zip(*some, strict=True), strict=True)
            yield pa.RecordBatch.from_arrays([_array(kind, values) for kind, values in columns], schema=schema)


def _opened(lines: _Lines) -> tuple[pa.Schema, Iterator[list[Any]]]:
    import arff

    found = arff.ArffDecoder().decode(iter(lines), return_type=arff.DENSE_GEN)
    fields = [
        pa.field(_valid(str(name)), _type(kind, written))
        for (name, kind), written in zip(found["attributes"], lines.formats, strict=True)
    ]
    dates = [(place, written) for place, written in enumerate(lines.formats) if written is not None]
    return pa.schema(fields), _dated(found["data"], dates) if dates else found["data"]


def _type(kind: Any, written: str | None) -> pa.DataType:
    if written is not None:
        return moment_type(written)
    return pa.string() if isinstance(kind, list) or kind == "STRING" else pa.float64()


def _dated(rows: Iterator[list[Any]], dates: Sequence[tuple[int, str]]) -> Iterator[list[Any]]:
    """Read the dates of rows that hold them as texts."""
    for row in rows:
        for place, written in dates:
            row[place] = _moment(row[place], written)
        yield row


def _moment(text: str | None, written: str) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, written)
    except ValueError:
        if text == "0":  # what a sparse row leaves out
            return EPOCH
        raise BadDateValueError from None


def _valid(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _array(kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    if pa.types.is_string(kind):
        texts = [None if value is None else value.encode("utf-8", "surrogateescape") for value in values]
        return pa.array(texts, pa.binary()).view(kind)  # bad UTF-8 is counted when it is folded
    return pa.array(values, kind)


@contextmanager
def _explained(lines: _Lines) -> Iterator[None]:
    """Say in which line a file is wrong, without what stands there."""
    import csv

    import arff

    try:
        yield
    except (arff.ArffException, csv.Error, ValueError) as error:
        why = _REASONS.get(type(error).__name__, "what ARFF does not know")
        raise pa.ArrowInvalid(f"{why} in line {lines.n_read}") from None


def _lines(path: Location) -> Iterator[bytes]:
    """Yield the lines of a file, without their ends."""
    compression = next((kind for suffix, kind in _COMPRESSIONS.items() if path.name.lower().endswith(suffix)), None)
    rest = b""
    for chunk in raw_chunks(path, compression):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest


ARFF = ColumnarFormat("ARFF", _layout, _read)
