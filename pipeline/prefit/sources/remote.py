"""Objects of a store, read by ranges."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Literal, NamedTuple, TypeAlias, cast

import pyarrow as pa

from prefit.errors import InputError
from prefit.sources.stores import Store, insisting

__all__ = ["Location", "RangeFile", "RemotePath", "arrow_file", "segment"]

_BUFFER_BYTES = 1 << 16
_MOST_AHEAD_BYTES = 4 << 20
_MOST_PIECE_BYTES = 8 << 20


class _Status(NamedTuple):
    st_size: int


@dataclass(frozen=True, slots=True)
class RemotePath:
    """An object of a store, with as much of the interface of ``pathlib.Path`` as readers of files use."""

    store: Store
    path: str
    size: int

    def __str__(self) -> str:
        return self.store.shown(self.path)

    @property
    def name(self) -> str:
        """Last part of the path."""
        return PurePosixPath(self.path).name

    @property
    def suffixes(self) -> list[str]:
        """Extensions of the name."""
        return PurePosixPath(self.path).suffixes

    def stat(self) -> _Status:
        """Return the size that it was listed with."""
        return _Status(self.size)

    def open(self, _mode: Literal["rb"] = "rb", /, *, end: int | None = None) -> BinaryIO:
        """Open it for reading; who reads on gets more and more at once, but nothing from `end` on."""
        file = RangeFile(self, _MOST_AHEAD_BYTES, self.size if end is None else end)
        return cast("BinaryIO", io.BufferedReader(file, _BUFFER_BYTES))

    def tag(self) -> str:
        """Ask the store for what changes when the object is written again.

        Raises
        ------
        FileNotFoundError
            If it is gone.
        OSError
            If the store does not answer.
        """
        from pyarrow import fs

        info = insisting(self, self.store, lambda: self.store.filesystem.get_file_info(self.path))
        if info.type == fs.FileType.NotFound:
            raise FileNotFoundError(f"{self} does not exist")
        if self.store.scheme != "s3":
            return f"{info.size}-{info.mtime_ns}"
        metadata = insisting(self, self.store, lambda: self.store.filesystem.open_input_file(self.path).metadata())
        return f"{info.size}-{metadata.get('ETag', b'').decode()}-{metadata.get('Last-Modified', b'').decode()}"


Location: TypeAlias = Path | RemotePath
"""Where a file lies."""


class RangeFile(io.RawIOBase):
    """A read-only file that fetches what is read, and tries again when a connection drops.

    Up to `limit`, which may be set, more is fetched at once than is asked for: the more, the longer it is read on.
    """

    def __init__(self, path: RemotePath, most_ahead_bytes: int = 0, limit: int = 0) -> None:
        self._path = path
        self._most_ahead_bytes, self._ahead_bytes = most_ahead_bytes, _BUFFER_BYTES
        self._file: Any = None
        self._position = 0
        self._block, self._block_start = memoryview(b""), 0
        self._piece_bytes = _MOST_PIECE_BYTES
        self.limit = limit

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Set the position."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._path.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, target: Any, /) -> int:
        """Fill a buffer, if that much is left."""
        view = memoryview(target).cast("B")
        wanted = min(len(view), max(0, self._path.size - self._position))
        view[:wanted] = self._bytes(wanted)
        self._position += wanted
        return wanted

    def close(self) -> None:
        """Let go of the connection."""
        if self._file is not None:
            self._file.close()
            self._file = None
        super().close()

    def _bytes(self, wanted: int) -> memoryview:
        start = self._position - self._block_start
        if not 0 <= start <= start + wanted <= len(self._block):
            reads_on = self._position <= self._block_start + len(self._block)
            self._ahead_bytes = min(2 * self._ahead_bytes, self._most_ahead_bytes) if reads_on else _BUFFER_BYTES
            end = max(self._position + wanted, min(self.limit, self._position + self._ahead_bytes))
            self._block = memoryview(b"".join(self._pieces(self._position, end)))
            self._block_start, start = self._position, 0
        return self._block[start : start + wanted]

    def _pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Fetch some bytes; the more often a connection drops, the fewer at once."""
        while start < end:
            yield (piece := insisting(self._path, self._path.store, partial(self._fetch, start, end)))
            start += len(piece)
            self._piece_bytes = min(2 * self._piece_bytes, _MOST_PIECE_BYTES)

    def _fetch(self, start: int, end: int) -> bytes:
        wanted = min(end - start, self._piece_bytes)
        try:
            if self._file is None:
                self._file = self._path.store.filesystem.open_input_file(self._path.path)
            data = cast("bytes", self._file.read_at(wanted, start))
        except OSError:
            self._file, self._piece_bytes = None, max(self._piece_bytes // 4, _BUFFER_BYTES)
            raise
        except ValueError as error:
            why = str(error).split(". ")[0]
            raise InputError(
                f"{self._path} must be where parts of a file can be fetched; got: {why}. Copy it to a disk."
            ) from error
        if len(data) < wanted:
            raise OSError(f"{wanted - len(data)} bytes too few came")
        return data


def segment(path: Location, start: int, size_bytes: int) -> Any:
    """Open some bytes of a file as a stream for Arrow; of an object nothing beyond them is fetched."""
    if isinstance(path, RemotePath):
        file = pa.PythonFile(path.open("rb", end=start + size_bytes), mode="r")
    else:
        file = pa.OSFile(str(path))
    return file.get_stream(start, size_bytes)


def arrow_file(path: Location) -> Any:
    """Open a file for Arrow: mapped into memory, or fetched as it is read."""
    return pa.PythonFile(RangeFile(path), mode="r") if isinstance(path, RemotePath) else pa.memory_map(str(path))
