"""Text files as DuckDB wants them: plain UTF-8, whatever their compression, encoding and line ends."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import pyarrow as pa

from prefit.errors import UnreadableInput
from prefit.sources.remote import Location

__all__ = [
    "Compression",
    "TextForm",
    "count_lines_before",
    "explained",
    "lines_of",
    "plain_chunks",
    "plain_text",
    "raw_chunks",
]

Compression = Literal["gzip", "bz2", "zstd"]

CHUNK_BYTES = 1 << 20

# Windows-1252 as browsers read it: the five bytes that it leaves open are control characters, as in Latin-1
_WINDOWS_1252 = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(256))


class _Windows1252(codecs.IncrementalDecoder):
    def decode(self, data: Any, final: bool = False) -> str:  # noqa: ARG002
        return codecs.charmap_decode(data, "strict", _WINDOWS_1252)[0]


@dataclass(frozen=True, slots=True)
class TextForm:
    """What a text file looks like, and what has to be changed before it can be read.

    Attributes
    ----------
    compression : {"gzip", "bz2", "zstd"} or None
    encoding : str
        Name of a Python codec.
    damaged : bool
        Whether a UTF-8 file holds bytes that are not UTF-8, or bytes of zero.
    line_end : bytes
        What ends a line; a line feed where a file mixes line ends.
    mixed_line_ends : bool
        Whether several kinds of line ends occur, be it inside quotes.
    unify_line_ends : bool
        Whether all of them are to become line feeds.
    tabs_for_whitespace : bool
        Whether runs of blanks and tabs are to become one tab.
    replace_damaged : bool
        Whether damaged bytes are to become the replacement character.
    dropped_lines : tuple of int
        Lines to leave out, 1-based, ascending.
    """

    compression: Compression | None = None
    encoding: str = "utf-8"
    damaged: bool = False
    line_end: bytes = b"\n"
    mixed_line_ends: bool = False
    unify_line_ends: bool = False
    tabs_for_whitespace: bool = False
    replace_damaged: bool = False
    dropped_lines: tuple[int, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the file can be read as it is."""
        changed = self.unify_line_ends or self.tabs_for_whitespace or bool(self.dropped_lines)
        return not (self.compression or changed or self.encoding != "utf-8" or (self.damaged and self.replace_damaged))

    def with_unified_line_ends(self) -> TextForm:
        """Return the form in which every line ends with a line feed."""
        return replace(self, unify_line_ends=True, line_end=b"\n")

    def original_line(self, line: int) -> int:
        """Return the line number in the original file of a line of the plain text."""
        for dropped in self.dropped_lines:
            if dropped > line:
                break
            line += 1
        return line


@contextmanager
def plain_text(path: Location, form: TextForm, label: str) -> Iterator[Path]:
    """Give the path of the file as plain UTF-8: its own, or that of a temporary copy that is removed afterwards."""
    if form.is_plain and isinstance(path, Path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="prefit-") as folder:
        copy = Path(folder, "plain.txt")
        with explained(label), copy.open("wb") as out:
            out.writelines(plain_chunks(path, form))
        yield copy


def count_lines_before(path: Path, positions: Iterable[int], line_end: bytes) -> list[int]:
    """Return how many line ends stand before each of the ascending byte positions."""
    counts: list[int] = []
    n_lines = position = 0
    with path.open("rb") as file:
        for wanted in positions:
            while position < wanted:
                chunk = file.read(min(CHUNK_BYTES, wanted - position))
                if not chunk:
                    break
                n_lines += chunk.count(line_end)
                position += len(chunk)
            counts.append(n_lines)
    return counts


def lines_of(path: Path, line_end: bytes) -> Iterator[bytes]:
    """Yield the lines of a plain file with their line ends."""
    return _split_lines(raw_chunks(path, None), line_end)


@contextmanager
def explained(label: str) -> Iterator[None]:
    """Turn what goes wrong while a text is read into an error that names the file."""
    try:
        yield
    except PermissionError as error:
        raise UnreadableInput(
            f"{label} must be readable; got permission denied. Change its permissions, or run as its owner."
        ) from error
    except UnicodeError as error:
        raise UnreadableInput(
            f"{label} must be in the encoding it is read in; got {error}. Set encoding under [csv]."
        ) from error
    except UnreadableInput:
        raise
    except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
        raise UnreadableInput(f"{label} must be readable to its end; got {error}. Copy or pack it again.") from error


def raw_chunks(path: Location, compression: Compression | None) -> Iterator[bytes]:
    """Yield the decompressed bytes of a file."""
    with _opened(path, compression) as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def plain_chunks(path: Location, form: TextForm) -> Iterator[bytes]:
    """Yield the bytes of a file as plain UTF-8."""
    chunks = raw_chunks(path, form.compression)
    if form.encoding != "utf-8" or form.unify_line_ends or form.replace_damaged:
        chunks = _transcoded(chunks, form)
    if form.dropped_lines or form.tabs_for_whitespace:
        chunks = _edited_lines(chunks, form)
    return chunks


@contextmanager
def _opened(path: Location, compression: Compression | None) -> Iterator[BinaryIO]:
    match compression:
        case "gzip":
            with path.open("rb") as packed, gzip.open(packed, "rb") as file:
                yield cast("BinaryIO", file)
        case "bz2":
            with path.open("rb") as packed, bz2.open(packed, "rb") as file:
                yield cast("BinaryIO", file)
        case "zstd":
            with path.open("rb") as packed, pa.CompressedInputStream(pa.PythonFile(packed, mode="r"), "zstd") as file:
                yield file
        case None:
            with path.open("rb") as file:
                yield file


def _transcoded(chunks: Iterable[bytes], form: TextForm) -> Iterator[bytes]:
    decoder: codecs.IncrementalDecoder | io.IncrementalNewlineDecoder
    if form.encoding == "cp1252":
        decoder = _Windows1252()
    elif form.encoding == "utf-8":  # bad bytes pass through, for the CSV reader to report their lines
        decoder = codecs.getincrementaldecoder("utf-8")("replace" if form.replace_damaged else "surrogateescape")
    else:
        decoder = codecs.getincrementaldecoder(form.encoding)()
    if form.unify_line_ends:
        decoder = io.IncrementalNewlineDecoder(decoder, translate=True)
    for chunk in chunks:
        text = decoder.decode(chunk)
        if form.replace_damaged:
            text = text.replace("\0", "\ufffd")  # which DuckDB takes for delimiters
        yield text.encode("utf-8", "surrogateescape")
    yield decoder.decode(b"", True).encode("utf-8", "surrogateescape")


def _edited_lines(chunks: Iterable[bytes], form: TextForm) -> Iterator[bytes]:
    dropped = frozenset(form.dropped_lines)
    for number, line in enumerate(_split_lines(chunks, form.line_end), start=1):
        if number not in dropped:
            yield b"\t".join(line.split()) + form.line_end if form.tabs_for_whitespace else line


def _split_lines(chunks: Iterable[bytes], line_end: bytes) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(line_end)
        for line in lines:
            yield line + line_end
    if rest:
        yield rest
