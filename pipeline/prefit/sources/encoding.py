"""How a text file is written: compression, encoding and line ends, found by looking at all its bytes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from prefit.errors import UnreadableInput
from prefit.sources.plain import Compression, TextForm, explained, plain_chunks, raw_chunks
from prefit.sources.remote import Location

__all__ = ["BOM", "examine", "is_plain_utf8"]

BOM = codecs.BOM_UTF8
"""What a text in UTF-8 may begin with."""

_LOOK_AT_BYTES = 1 << 16
_MAGIC: tuple[tuple[bytes, Compression], ...] = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\x28\xb5\x2f\xfd", "zstd"))
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ASCII = bytes(range(128))
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b\x1a")
_UNDECODED = re.compile("[\udc80-\udcff]")


def examine(path: Location, label: str, encoding: str | None = None) -> TextForm:
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
    with explained(label):
        head = _head(path)
        compression = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
        head = next(raw_chunks(path, compression), b"")[:_LOOK_AT_BYTES]
        bom, found = next(((bom, name) for bom, name in _BOMS if head.startswith(bom)), (b"", None))
        if not head.removeprefix(bom).strip():
            raise _empty(label)
        if encoding is None and found != "utf-16":
            _check_is_text(head, label)
        chosen = _canonical(encoding) if encoding else found
        if chosen in (None, "utf-8"):
            facts = _facts(raw_chunks(path, compression))
            chosen = chosen or ("utf-8" if facts.is_utf8 else "cp1252")
        else:
            facts = _facts(plain_chunks(path, TextForm(compression, chosen)))
    damaged = chosen == "utf-8" and (facts.n_bad > 0 or facts.has_zeros)
    return TextForm(compression, chosen, damaged, facts.line_end, facts.mixed_line_ends)


def is_plain_utf8(head: bytes, label: str, encoding: str | None = None) -> bool:
    """Whether the first bytes of a file are those of a text that is neither compressed nor to be transcoded.

    Raises
    ------
    UnreadableInput
        If the file is empty or no text.
    """
    bom, found = next(((bom, name) for bom, name in _BOMS if head.startswith(bom)), (b"", None))
    packed = any(head.startswith(magic) for magic, _ in _MAGIC)
    if packed or found == "utf-16" or (encoding is not None and _canonical(encoding) != "utf-8"):
        return False
    if not head.removeprefix(bom).strip():
        raise _empty(label)
    _check_is_text(head, label)
    return True


def _empty(label: str) -> UnreadableInput:
    return UnreadableInput(f"{label} must hold data; got an empty file. Write it again.")


def _head(path: Location) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _check_is_text(head: bytes, label: str) -> None:
    control_fraction = 1 - len(head.translate(None, _CONTROLS)) / len(head)
    if control_fraction > (0.02 if len(head) > 1000 else 0.2):  # random bytes have 10 %, texts in UTF-16 up to 50 %
        raise UnreadableInput(
            f"{label} must be text; got binary data. If it is UTF-16 without a byte order mark, set "
            "encoding = 'utf-16-le' under [csv] in prefit.toml."
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
    has_zeros: bool = False

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
        facts.has_zeros |= b"\0" in chunk
        facts.n_lf += chunk.count(b"\n")
        facts.n_cr += chunk.count(b"\r")
        facts.n_crlf += chunk.count(b"\r\n") + (previous.endswith(b"\r") and chunk.startswith(b"\n"))
        previous = chunk
    facts.n_bad += len(decoder.decode(b"", final=True))
    return facts
