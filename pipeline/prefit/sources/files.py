"""Which files hold the data, and of which kind they are."""

from __future__ import annotations

import errno
import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from prefit.errors import InputError, InputNotFound, UnreadableInput, UsageError, did_you_mean
from prefit.sources.lake_folders import refuse_local
from prefit.sources.plain import explained
from prefit.sources.remote import Location, RemotePath
from prefit.sources.remote_files import find_objects, refuse_above
from prefit.wording import plural

__all__ = ["SUPPORTED", "DataFile", "Kind", "find_files", "without_scheme"]

Kind = Literal["parquet", "arrow", "orc", "csv", "json", "arff", "sheet"]

_KINDS: dict[str, Kind] = {
    ".parquet": "parquet", ".pq": "parquet",
    ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow",
    ".orc": "orc",
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".data": "csv",
    ".jsonl": "json", ".ndjson": "json", ".json": "json",
    ".arff": "arff",
    ".xlsx": "sheet", ".xlsm": "sheet", ".xlsb": "sheet", ".xls": "sheet", ".ods": "sheet",
}  # fmt: skip
_COMPRESSIONS = (".gz", ".bz2", ".zst")
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"PAR1", "parquet"), (b"PARE", "parquet"), (b"ARROW1", "arrow"), (b"\xff\xff\xff\xff", "arrow"), (b"ORC", "orc"),
)  # fmt: skip
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x89HDF", "an HDF5 file"), (b"%PDF", "a PDF document"), (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"FEA1", "a Feather file of version 1"), (b"\x80\x04", "a pickle"), (b"\x80\x05", "a pickle"),
    (b"\xfd7zXZ", "an XZ archive"), (b"7z\xbc\xaf", "a 7z archive"), (b"Obj\x01", "an Avro file"),
)  # fmt: skip
SUPPORTED = f"{' '.join(_KINDS)}; text files also with {' '.join(_COMPRESSIONS)}"
"""The file name extensions that are understood, as one line for messages."""

_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that holds rows.

    Attributes
    ----------
    path : pathlib.Path or RemotePath
        Absolute.
    label : str
        Its path below the folder or glob that was asked for, or its name: what messages call it.
    kind : Kind
    """

    path: Location
    label: str
    kind: Kind


def find_files(location: str) -> tuple[str, list[DataFile]]:
    """Find the data files of a path, a folder or a glob pattern.

    Names that start with ``.`` or ``_`` (``_SUCCESS``, ``.part-0.crc``) are passed over, and so are files of unknown
    kinds in a folder.

    Parameters
    ----------
    location : str
        A file, a folder (searched with all below it), a glob pattern (``**`` too), a ``file://`` URI, or the URI of an
        object, a prefix or a pattern in a store (``s3://bucket/folder``, ``gs://...``).

    Returns
    -------
    name : str
        What to call the data: the stem of the file, or the name of the folder.
    files : list of DataFile
        At least one, sorted by path, all of one kind.

    Raises
    ------
    UsageError
        For a URI of a scheme or with an option that is not supported.
    InputNotFound
        If nothing is there.
    InputError
        If a folder holds no data or files of several kinds, or a file is of a kind that is not supported.
    UnreadableInput
        If permission is lacking, or the disk does not give it.
    """
    scheme = _URI.match(location)
    if scheme is not None and scheme[1].lower() != "file":
        return _in_store(location)
    path = Path(without_scheme(location)).expanduser()
    try:
        if path.is_dir():
            return path.resolve().name or "data", _in_folder(path)
        if path.exists():
            return _stem(path), _of_one_kind([DataFile(path.resolve(), path.name, _kind_of_file(path))], str(path))
        if glob.has_magic(str(path)):
            return _in_glob(path)
    except PermissionError as error:
        raise UnreadableInput(
            f"{Path(error.filename or path).name} must be readable; got permission denied. Change its permissions, or "
            "run as its owner."
        ) from error
    except InputError:
        raise
    except OSError as error:  # a disk that fails, a share that is gone
        raise UnreadableInput(
            f"{path.name} must be readable; got {error.strerror or error}. Check the disk, or copy it from elsewhere."
        ) from error
    raise InputNotFound(f"{location} must be a file, a folder or a glob pattern; got nothing there. {_near(path)}")


def without_scheme(location: str) -> str:
    """Return the path that a ``file://`` URI names, and anything else as it is.

    Raises
    ------
    UsageError
        If the text is empty.
    """
    if not location:
        raise UsageError("data must be a path, a glob pattern or a table; got an empty text. Name a file.")
    if not location.lower().startswith("file://"):
        return location
    from urllib.parse import unquote, urlsplit

    return unquote(urlsplit(location).path)


def _in_store(uri: str) -> tuple[str, list[DataFile]]:
    name, shown, found, named = find_objects(uri)
    files: list[DataFile] = []
    for path, label in found:
        with explained(label):
            kind = _kind_of_file(path) if named else _kind_in_folder(path)
        files += [DataFile(path, label, kind)] if kind is not None else []
    if not files:
        raise InputError(_no_data(shown, len(found)))
    return name, _of_one_kind(files, shown)


def _in_folder(folder: Path) -> list[DataFile]:
    root = folder.resolve()
    found = sorted(_walked(root))
    files = [
        DataFile(path, str(path.relative_to(root)), kind)
        for path in found
        if (kind := _kind_in_folder(path)) is not None
    ]
    if not files:
        raise InputError(_no_data(str(folder), len(found)))
    return _of_one_kind(files, str(folder))


def _walked(root: Path) -> Iterator[Path]:
    """Yield all files below a folder that are not hidden; what cannot be looked into is an error, not left out."""

    def refuse(error: OSError) -> None:
        raise error

    seen: set[str] = set()
    for place, folders, names in os.walk(root, onerror=refuse, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        if os.path.realpath(place) in seen:  # links may lead round in a circle
            folders.clear()
            continue
        seen.add(os.path.realpath(place))
        for path in (Path(place, name) for name in names if not name.startswith((".", "_"))):
            if path.is_file():
                yield path
            elif path.is_symlink() and not path.exists() and _suffix(path) in _KINDS:
                raise UnreadableInput(
                    f"{path.relative_to(root)} must lead to a file; got a link to nothing. Mend it, or remove it."
                )


def _no_data(folder: str, n_found: int) -> str:
    got = f"{plural(n_found, 'file')} of other kinds" if n_found else "no file"
    return f"{folder} must hold data files; got {got}. Supported: {SUPPORTED}."


def _in_glob(pattern: Path) -> tuple[str, list[DataFile]]:
    fixed = next(index for index, part in enumerate(pattern.parts) if glob.has_magic(part))
    root = Path(*pattern.parts[:fixed]).resolve()
    for end in range(fixed, len(pattern.parts)):  # glob passes over folders that it may not look into
        for folder in glob.iglob(str(Path(*pattern.parts[:end])), recursive=True):  # noqa: PTH207
            if Path(folder).is_dir() and not os.access(folder, os.R_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)
    matches = sorted(Path(match).resolve() for match in glob.iglob(str(pattern), recursive=True))  # noqa: PTH207
    found = [path for path in matches if path.is_file() and not _hidden(_below(path, root))]
    if not found:
        raise InputNotFound(f"{pattern} must match a file; got no match. {_near(pattern)}")
    files = [DataFile(path, str(_below(path, root)), _kind_of_file(path)) for path in found]
    return root.name or "data", _of_one_kind(files, str(pattern))


def _of_one_kind(files: list[DataFile], location: str) -> list[DataFile]:
    in_lakes = [file.path for file in files if file.kind in ("parquet", "orc")]  # no lake has text files
    refuse_local(path for path in in_lakes if isinstance(path, Path))
    with explained(location):
        refuse_above(next((path for path in in_lakes if isinstance(path, RemotePath)), None))
    by_kind = {file.kind: file.label for file in reversed(files)}
    if len(by_kind) > 1:
        listed = ", ".join(f"{kind} ({label})" for kind, label in sorted(by_kind.items()))
        raise InputError(f"{location} must hold files of one kind; got {listed}. Name one kind, as in 'folder/*.csv'.")
    return files


def _below(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else Path(path.name)


def _hidden(relative: Path) -> bool:
    return any(part.startswith((".", "_")) for part in relative.parts)


def _suffix(path: Location) -> str:
    name = path.name.lower()
    for compression in _COMPRESSIONS:
        name = name.removesuffix(compression)
    return Path(name).suffix


def _stem(path: Location) -> str:
    return path.name.split(".")[0] or path.name


def _head(path: Location) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _kind_in_folder(path: Location) -> Kind | None:
    """Kind of a file that nobody named: None if it holds no rows as far as its name and first bytes tell."""
    return _KINDS.get(_suffix(path)) or next((kind for magic, kind in _MAGIC if _head(path).startswith(magic)), None)


def _kind_of_file(path: Location) -> Kind:
    """Kind of a file that somebody named; its first bytes weigh more than its extension."""
    head, suffix = _head(path), _suffix(path)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    system = "SQLite" if head.startswith(b"SQLite format 3") else "DuckDB" if head[8:12] == b"DUCK" else None
    if system is not None:
        raise InputError(
            f"{path.name} must be named with one of its tables; got the {system} database alone. "
            f"Write {system.lower()}:///{path}?table=name or ?query=SELECT ..."
        )
    for magic, description in _FOREIGN:
        if _KINDS.get(suffix) == "sheet":
            break  # which are ZIP archives or old Office documents
        if head.startswith(magic):
            raise InputError(
                f"{path.name} must be of a supported kind; got {description}. "
                f"Unpack or convert it. Supported: {SUPPORTED}."
            )
    if suffix in _KINDS:
        return _KINDS[suffix]
    if suffix == "" and head and b"\0" not in head:
        return "json" if head.lstrip().startswith(b"{") else "csv"
    got = f"the extension {suffix!r}" if suffix else "no extension and bytes that are not text"
    raise InputError(f"{path.name} must be of a supported kind; got {got}. Convert it. Supported: {SUPPORTED}.")


def _near(path: Path) -> str:
    folder = next((parent for parent in path.parents if parent.is_dir()), Path())
    names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    if not names:
        return f"The folder {folder} is empty."
    wanted = path.relative_to(folder).parts[0] if path.is_relative_to(folder) else path.name
    return f"In {folder}: {did_you_mean(wanted, names)}"
