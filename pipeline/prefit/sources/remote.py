"""Objects of a store, read by ranges: S3, Google Cloud Storage, and whatever else Arrow or fsspec can open."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Literal, NamedTuple, TypeAlias, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import pyarrow as pa

from prefit.errors import UsageError, did_you_mean

__all__ = ["Location", "RangeFile", "RemotePath", "Store", "arrow_file", "insisting", "open_up_to", "parse_uri"]

_ATTEMPTS = 5
_FIRST_WAIT_S = 0.1
_BUFFER_BYTES = 1 << 16
_MOST_AHEAD_BYTES = 4 << 20
_OPTIONS = ("anonymous", "endpoint_override", "region", "scheme")


@dataclass(frozen=True, slots=True)
class Store:
    """How a file system is made, so that another process can make it again.

    Attributes
    ----------
    scheme : str
        ``"s3"``, ``"gs"``, ...
    host : str
        Bucket, or the host and port of other file systems.
    options : tuple of (str, str)
        Given in the query of the URI.
    login : tuple of (str, str) or None
        Given in the URI; never shown.
    """

    scheme: str
    host: str
    options: tuple[tuple[str, str], ...] = ()
    login: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def filesystem(self) -> Any:
        """The ``pyarrow.fs.FileSystem``, one for each process."""
        return _filesystem(self)

    def shown(self, path: str) -> str:
        """Return the URI of a path without options and login."""
        return f"{self.scheme}://{path}"

    def without_login(self, text: str) -> str:
        """Return a message without the login, should a library have put it there."""
        for secret in self.login or ():
            text = text.replace(secret, "...") if len(secret) > 2 else text
        return text


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
            self._block = memoryview(insisting(self._path, self._path.store, lambda: self._fetch(self._position, end)))
            self._block_start, start = self._position, 0
        return self._block[start : start + wanted]

    def _fetch(self, start: int, end: int) -> bytes:
        if self._file is None:
            self._file = self._path.store.filesystem.open_input_file(self._path.path)
        try:
            data = cast("bytes", self._file.read_at(end - start, start))
        except OSError:
            self._file = None
            raise
        if len(data) < end - start:
            raise OSError(f"{end - start - len(data)} bytes too few came")
        return data


def open_up_to(path: Location, end: int) -> BinaryIO:
    """Open a file of which nothing from `end` on will be read."""
    return path.open("rb", end=end) if isinstance(path, RemotePath) else path.open("rb")


def arrow_file(path: Location) -> Any:
    """Open a file for Arrow: mapped into memory, or fetched as it is read."""
    return pa.PythonFile(RangeFile(path), mode="r") if isinstance(path, RemotePath) else pa.memory_map(str(path))


def parse_uri(uri: str) -> tuple[Store, str]:
    """Take a URI apart into the store and the path in it.

    Raises
    ------
    UsageError
        For options that do not exist.
    """
    parts = urlsplit(uri)
    options = tuple(sorted(parse_qsl(parts.query)))
    for name, _ in options:
        if name not in _OPTIONS:
            raise UsageError(f"data URI: option {name!r} does not exist; options: {did_you_mean(name, _OPTIONS)}")
    login = None if parts.username is None else (unquote(parts.username), unquote(parts.password or ""))
    host = parts.netloc.rpartition("@")[2]
    return Store(parts.scheme.lower(), host, options, login), (host + unquote(parts.path)).strip("/")


def insisting(shown: object, store: Store, action: Callable[[], Any]) -> Any:
    """Do it again, after longer and longer waits, when the connection drops."""
    for attempt in range(_ATTEMPTS):
        try:
            return action()
        except (FileNotFoundError, PermissionError):
            raise
        except OSError as error:
            if attempt == _ATTEMPTS - 1:
                why = store.without_login(str(error).split("\n")[0][:300]).rstrip(". ")
                raise OSError(f"{shown} could not be fetched in {_ATTEMPTS} attempts: {why}") from None
            time.sleep(_FIRST_WAIT_S * 2**attempt)
    raise AssertionError("unreachable")


@lru_cache(maxsize=8)
def _filesystem(store: Store) -> Any:
    from pyarrow import fs

    options = dict(store.options)
    match store.scheme:
        case "s3":
            return _s3(store, options)
        case "gs" | "gcs":
            return fs.GcsFileSystem(
                anonymous=_is_true(options.get("anonymous")),
                endpoint_override=options.get("endpoint_override"),
                scheme=options.get("scheme", "https"),
                default_bucket_location=options.get("region", "US"),
            )
        case _:
            return _other(store)


def _s3(store: Store, options: Mapping[str, str]) -> Any:
    from pyarrow import fs

    environment = os.environ
    endpoint = options.get("endpoint_override") or environment.get(
        "AWS_ENDPOINT_URL_S3", environment.get("AWS_ENDPOINT_URL", "")
    )
    scheme, _, address = endpoint.rpartition("://")
    region = options.get("region") or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if region is None and not address:
        region = fs.resolve_s3_region(store.host)
    arguments: dict[str, Any] = {"scheme": options.get("scheme") or scheme or "https", "region": region or "us-east-1"}
    if address:
        arguments["endpoint_override"] = address.rstrip("/")
    if store.login is not None:
        arguments |= {"access_key": store.login[0], "secret_key": store.login[1]}
    elif _is_true(options.get("anonymous")):
        arguments["anonymous"] = True
    once = fs.AwsStandardS3RetryStrategy(max_attempts=1)  # more attempts are made here, for all stores alike
    return fs.S3FileSystem(**arguments, connect_timeout=10, request_timeout=60, retry_strategy=once)


def _other(store: Store) -> Any:
    from pyarrow import fs

    try:
        return fs.FileSystem.from_uri(f"{store.scheme}://{store.host}/")[0]
    except pa.ArrowInvalid:
        pass  # a scheme that Arrow does not know
    try:
        import fsspec  # type: ignore[import-untyped]
    except ImportError:
        fsspec = None
    if fsspec is None or store.scheme not in fsspec.available_protocols():
        raise UsageError(
            f"data must be at a place that can be reached; got a {store.scheme}:// URI. Supported: s3, gs, and with "
            "fsspec installed whatever it knows."
        )
    try:
        return fs.PyFileSystem(fs.FSSpecHandler(fsspec.filesystem(store.scheme)))
    except ImportError as error:
        raise UsageError(
            f"data at a {store.scheme}:// URI needs a library; got {error}. Install it beside prefit."
        ) from error


def _is_true(text: str | None) -> bool:
    return (text or "").lower() in ("1", "true", "yes")
