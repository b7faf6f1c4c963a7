"""Text files as DuckDB wants them: plain UTF-8, whatever their compression, encoding and line ends."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import pyarrow as pa

from prefit.errors import UnreadableInput

__all__ = ["TextForm", "count_lines_before", "examine", "lines_of", "plain_text"]

Compression = Literal["gzip", "bz2", "zstd"]

_CHUNK_BYTES = 1 << 20
_MAGIC: tuple[tuple[bytes, Compression], ...] = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\x28\xb5\x2f\xfd", "zstd"))
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ASCII = bytes(range(128))
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b\x1a")
_UNDECODED = re.compile("[\udc80-\udcff]")

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
        Whether a UTF-8 file holds bytes that are not UTF-8.
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


def examine(path: Path, label: str, encoding: str | None = None) -> TextForm:
    """Look at all bytes of a text file: compression, encoding and line ends.

    A byte order mark decides; else a file that is UTF-8, or nearly so, is UTF-8; any other is Windows-1252.

    Parameters
    ----------
    path : pathlib.Path
    label : str
        What messages call the file.
    encoding : str, optional
        Overrides what would be found.

    Raises
    ------
    UnreadableInput
        If the file is empty, is no text, cannot be decompressed or must not be read.
    """
    with _explained(label):
        head = _head(path)
        compression = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
        with _opened(path, compression) as file:
            head = file.read(_CHUNK_BYTES // 16)
        if not head.strip():
            raise UnreadableInput(f"{label} must hold data; got an empty file. Write it again.")
        found = next((name for bom, name in _BOMS if head.startswith(bom)), None)
        if encoding is None and found != "utf-16":
            _check_is_text(head, label)
        chosen = _canonical(encoding) if encoding else found
        if chosen in (None, "utf-8"):
            facts = _facts(_raw_chunks(path, compression))
            chosen = chosen or ("utf-8" if facts.is_utf8 else "cp1252")
        else:
            facts = _facts(_plain_chunks(path, TextForm(compression, chosen)))
    damaged = chosen == "utf-8" and facts.n_bad > 0
    return TextForm(compression, chosen, damaged, facts.line_end, facts.mixed_line_ends)


@contextmanager
def plain_text(path: Path, form: TextForm, label: str) -> Iterator[Path]:
    """Give the path of the file as plain UTF-8: its own, or that of a temporary copy that is removed afterwards."""
    if form.is_plain:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="prefit-") as folder:
        copy = Path(folder, "plain.txt")
        with _explained(label), copy.open("wb") as out:
            out.writelines(_plain_chunks(path, form))
        yield copy


def count_lines_before(path: Path, positions: Iterable[int], line_end: bytes) -> list[int]:
    """Return how many line ends stand before each of the ascending byte positions."""
    counts: list[int] = []
    n_lines = position = 0
    with path.open("rb") as file:
        for wanted in positions:
            while position < wanted:
                chunk = file.read(min(_CHUNK_BYTES, wanted - position))
                if not chunk:
                    break
                n_lines += chunk.count(line_end)
                position += len(chunk)
            counts.append(n_lines)
    return counts


def lines_of(path: Path, line_end: bytes) -> Iterator[bytes]:
    """Yield the lines of a plain file with their line ends."""
    return _split_lines(_raw_chunks(path, None), line_end)


@contextmanager
def _explained(label: str) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise UnreadableInput(
            f"{label} must be readable; got permission denied. Change its permissions, or run as its owner."
        ) from error
    except UnicodeError as error:
        raise UnreadableInput(
            f"{label} must be in the encoding it is read in; got {error}. Name another with CsvOptions(encoding=...)."
        ) from error
    except UnreadableInput:
        raise
    except (OSError, EOFError, pa.ArrowException) as error:
        raise UnreadableInput(f"{label} must be readable to its end; got {error}. Copy or pack it again.") from error


@contextmanager
def _opened(path: Path, compression: Compression | None) -> Iterator[BinaryIO]:
    match compression:
        case "gzip":
            with gzip.open(path, "rb") as file:
                yield cast("BinaryIO", file)
        case "bz2":
            with bz2.open(path, "rb") as file:
                yield cast("BinaryIO", file)
        case "zstd":
            with pa.CompressedInputStream(pa.OSFile(str(path), "rb"), "zstd") as file:
                yield file
        case None:
            with path.open("rb") as file:
                yield file


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _raw_chunks(path: Path, compression: Compression | None) -> Iterator[bytes]:
    with _opened(path, compression) as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _check_is_text(head: bytes, label: str) -> None:
    control_fraction = 1 - len(head.translate(None, _CONTROLS)) / len(head)
    if control_fraction > (0.02 if len(head) > 1000 else 0.2):  # random bytes have 10 %, texts in UTF-16 up to 50 %
        raise UnreadableInput(
            f"{label} must be text; got binary data. If it is UTF-16 without a byte order mark, name it with "
            "CsvOptions(encoding='utf-16-le')."
        )


def _canonical(encoding: str) -> str:
    name = codecs.lookup(encoding).name
    return "utf-8" if name in ("ascii", "utf-8-sig") else name


@dataclass(slots=True)
class _Facts:
    """Counts over all bytes of a text; `n_bad` of its `n_high` bytes above 127 are not UTF-8."""

    n_high: int = 0
    n_bad: int = 0
    n_crlf: int = 0
    n_lf: int = 0
    n_cr: int = 0

    @property
    def is_utf8(self) -> bool:
        # text in Windows-1252 holds a UTF-8 sequence by chance now and then; damaged UTF-8 is mostly whole
        return 3 * self.n_bad <= self.n_high - self.n_bad

    @property
    def line_end(self) -> bytes:
        return b"\n" if self.n_lf or not self.n_cr else b"\r\n" if self.n_crlf else b"\r"

    @property
    def mixed_line_ends(self) -> bool:
        lone_cr, lone_lf = self.n_cr - self.n_crlf, self.n_lf - self.n_crlf
        return (self.n_crlf > 0) + (lone_cr > 0) + (lone_lf > 0) > 1


def _facts(chunks: Iterable[bytes]) -> _Facts:
    facts = _Facts()
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    previous = b""
    for chunk in chunks:
        text = decoder.decode(chunk)
        if not text.isascii():
            facts.n_bad += len(_UNDECODED.findall(text))
        facts.n_high += len(chunk.translate(None, _ASCII)) if not chunk.isascii() else 0
        facts.n_lf += chunk.count(b"\n")
        facts.n_cr += chunk.count(b"\r")
        facts.n_crlf += chunk.count(b"\r\n") + (previous.endswith(b"\r") and chunk.startswith(b"\n"))
        previous = chunk
    facts.n_bad += len(decoder.decode(b"", final=True))
    return facts


def _plain_chunks(path: Path, form: TextForm) -> Iterator[bytes]:
    chunks = _raw_chunks(path, form.compression)
    if form.encoding != "utf-8" or form.unify_line_ends or form.replace_damaged:
        chunks = _transcoded(chunks, form)
    if form.dropped_lines or form.tabs_for_whitespace:
        chunks = _edited_lines(chunks, form)
    return chunks


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
        yield decoder.decode(chunk).encode("utf-8", "surrogateescape")
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
