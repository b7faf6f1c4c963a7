"""Stores of objects: file systems that are made from a URI, in any process, and asked again when they do not answer."""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pyarrow as pa

from prefit.errors import UsageError, did_you_mean

__all__ = ["Store", "insisting", "parse_uri"]

_ATTEMPTS = 5
_FIRST_WAIT_S = 0.1
_MOST_SECONDS = 10
"""In which Google's library, which would try for a quarter of an hour, makes attempts of its own."""

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


def parse_uri(uri: str) -> tuple[Store, str]:
    """Take a URI apart into the store and the path in it.

    Raises
    ------
    UsageError
        For options that do not exist, or without the name of a bucket.
    """
    parts = urlsplit(uri)
    options = tuple(sorted(parse_qsl(parts.query)))
    for name, _ in options:
        if name not in _OPTIONS:
            raise UsageError(f"data URI: option {name!r} does not exist; options: {did_you_mean(name, _OPTIONS)}")
    scheme, host = parts.scheme.lower(), parts.netloc.rpartition("@")[2]
    if not host and scheme in ("s3", "gs", "gcs", "http", "https"):
        raise UsageError(f"data URI must name a bucket or a host; got none in {scheme}://. Write {scheme}://NAME/PATH.")
    login = None if parts.username is None else (unquote(parts.username), unquote(parts.password or ""))
    return Store(scheme, host, options, login), (host + unquote(parts.path)).strip("/")


def insisting(shown: object, store: Store, action: Callable[[], Any]) -> Any:
    """Do it again, after longer and longer waits, when the connection drops.

    Raises
    ------
    FileNotFoundError, PermissionError
        At once.
    OSError
        If it fails for another reason in every attempt.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return action()
        except (FileNotFoundError, PermissionError):
            raise
        except OSError as error:
            if "ACCESS_DENIED" in str(error):  # for which Arrow has no exception of its own
                raise PermissionError(f"{shown}: permission denied") from None
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
                retry_time_limit=timedelta(seconds=_MOST_SECONDS),
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
        import fsspec
    except ImportError:
        fsspec = None
    if fsspec is None or store.scheme not in fsspec.available_protocols():
        raise UsageError(
            f"data must be at a place that can be reached; got a {store.scheme}:// URI. Supported: s3, gs, "
            "postgresql, sqlite, duckdb, and with fsspec installed whatever it knows."
        )
    try:
        kind = fsspec.get_filesystem_class(store.scheme)
        _refuse_arguments(store.scheme, kind)
        made = fsspec.filesystem(store.scheme)
        if store.scheme in ("http", "https"):  # whose paths are whole URLs
            made = fsspec.filesystem("dir", path=f"{store.scheme}:/", fs=made)
    except ImportError as error:
        raise UsageError(
            f"data at a {store.scheme}:// URI needs a library; got {error}. Install it beside prefit."
        ) from error
    return fs.PyFileSystem(fs.FSSpecHandler(made))


def _refuse_arguments(scheme: str, kind: type) -> None:
    """Refuse a file system that wants to be told more than a URI says here."""
    _, *parameters = inspect.signature(kind.__init__).parameters.values()  # type: ignore[misc]
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    asked = [found.name for found in parameters if found.default is found.empty and found.kind in named]
    if asked:
        raise UsageError(
            f"data at a {scheme}:// URI must be in a store that is found by its name; got one that asks for "
            f"{', '.join(asked)}. Copy the data to a disk or another store."
        )


def _is_true(text: str | None) -> bool:
    return (text or "").lower() in ("1", "true", "yes")
