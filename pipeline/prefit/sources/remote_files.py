"""Which objects of a store hold the data."""

from __future__ import annotations

import re
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from prefit.errors import InputError, InputNotFound, UnreadableInput
from prefit.sources.lake_folders import marks_above, refuse_in_store
from prefit.sources.remote import RemotePath
from prefit.sources.stores import Store, insisting, parse_uri

__all__ = ["find_objects", "refuse_above"]


def find_objects(uri: str) -> tuple[str, str, list[tuple[RemotePath, str]], bool]:
    """List the objects at a URI: one object, or all below a prefix, or those that match a pattern.

    Names that start with ``.`` or ``_`` are passed over.

    Returns
    -------
    name : str
        What to call the data.
    shown : str
        The URI without options and login.
    found : list of (RemotePath, str)
        Sorted by path, each with its label.
    named : bool
        Whether each of them was asked for, by name or by a pattern.

    Raises
    ------
    InputNotFound
        If nothing is there.
    InputError
        If it lies in a table of Delta Lake or Iceberg.
    UnreadableInput
        If the store does not answer or refuses.
    """
    store, path = parse_uri(uri)
    shown = store.shown(path)
    try:
        return _found(store, path, shown)
    except PermissionError as error:
        raise _refused(shown) from error
    except FileNotFoundError as error:
        raise InputNotFound(_nothing(shown)) from error
    except OSError as error:
        if isinstance(error, (InputNotFound, UnreadableInput)):
            raise
        why = store.without_login(str(error).split("\n")[0][:300]).rstrip(". ")
        raise UnreadableInput(
            f"{shown} must be reachable; got {why}. Check address, network, region and credentials."
        ) from None


def refuse_above(path: RemotePath | None) -> None:
    """Refuse an object that lies in a table whose log or metadata were not listed with it, as they lie above.

    Raises
    ------
    InputError
        If it does.
    """
    if path is None or path.store.scheme in ("http", "https"):  # which has no folders
        return
    from pyarrow import fs

    store = path.store
    logs, metadata = marks_above(path.path)
    try:
        infos = insisting(path, store, lambda: store.filesystem.get_file_info(logs))
        for place in metadata:
            selector = fs.FileSelector(place, allow_not_found=True)
            infos += insisting(path, store, partial(store.filesystem.get_file_info, selector))
    except PermissionError:
        return  # who may read an object need not be allowed to look around
    refuse_in_store(store.scheme, [info.path for info in infos if info.type != fs.FileType.NotFound], [path.path])


def _found(store: Store, path: str, shown: str) -> tuple[str, str, list[tuple[RemotePath, str]], bool]:
    from pyarrow import fs

    parts = PurePosixPath(path).parts
    fixed = next((index for index, part in enumerate(parts) if "*" in part), None)
    if fixed is not None:
        root = "/".join(parts[:fixed])
        pattern = _pattern(path)
        listed = _below(store, root, pattern)
        if not listed:
            raise InputNotFound(f"{shown} must match an object; got no match. Check bucket and path.")
        return PurePosixPath(root).name or "data", shown, listed, True
    info = insisting(shown, store, lambda: store.filesystem.get_file_info(path))
    if info.type == fs.FileType.File:
        name = PurePosixPath(path).name
        return name.split(".")[0] or name, shown, [(_object(store, info), name)], True
    if info.type == fs.FileType.NotFound:
        raise InputNotFound(_nothing(shown))
    return PurePosixPath(path).name or "data", shown, _below(store, path, re.compile(".*", re.DOTALL)), False


def _below(store: Store, root: str, pattern: re.Pattern[str]) -> list[tuple[RemotePath, str]]:
    from pyarrow import fs

    selector = fs.FileSelector(root, recursive=True)
    infos: list[Any] = insisting(store.shown(root), store, lambda: store.filesystem.get_file_info(selector))
    found = []
    for info in sorted(infos, key=lambda info: info.path):
        label = info.path.removeprefix(root).lstrip("/")
        hidden = any(part.startswith((".", "_")) for part in PurePosixPath(label).parts)
        if info.type == fs.FileType.File and not hidden and pattern.fullmatch(info.path):
            found.append((_object(store, info), label))
    refuse_in_store(store.scheme, (info.path for info in infos), (path.path for path, _ in found))
    return found


def _object(store: Store, info: Any) -> RemotePath:
    if info.size is None:
        raise InputError(
            f"{store.shown(info.path)} must be of a size that its server tells; got none. Name the file itself, or "
            "copy it to a disk."
        )
    return RemotePath(store, info.path, info.size)


def _pattern(path: str) -> re.Pattern[str]:
    """Translate ``*`` (not across folders) and ``**`` (across them)."""
    pieces = re.split(r"(\*\*/|\*\*|\*)", path)
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return re.compile("".join(known.get(piece, re.escape(piece)) for piece in pieces))


def _nothing(shown: str) -> str:
    return f"{shown} must be an object or a prefix; got nothing there. Check bucket and path."


def _refused(shown: str) -> UnreadableInput:
    return UnreadableInput(
        f"{shown} must be readable; got permission denied. Check the credentials in the environment, or add "
        "?anonymous=true for public data."
    )
