"""Several files written as one: all of them, or none when anything stops it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from prefit.errors import UsageError

__all__ = ["check_directory", "write_files"]


def check_directory(directory: Path) -> None:
    """Refuse a directory that cannot be written, before the work begins whose result would be lost.

    Raises
    ------
    UsageError
        If it, or the directory that it would be made in, is a file or lacks the permission.
    """
    nearest = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise UsageError(_refusal(directory, PermissionError(errno.EACCES, os.strerror(errno.EACCES))))


def write_files(directory: Path, contents: Mapping[str, str | bytes], *, outdated: Sequence[str] = ()) -> list[Path]:
    """Write texts and bytes into a directory, all or none.

    They are written into a temporary folder inside the directory, so that moving them into place never crosses a file
    system. Whatever stops it, Ctrl-C included, earlier files are put back and directories made for them removed.

    Parameters
    ----------
    directory : path
        Made if it does not exist. Files of these names are replaced, others left alone.
    contents : mapping of file name to content
    outdated : sequence of str
        Files of an earlier report that this one has nothing to put in the place of: they are removed.

    Returns
    -------
    list of pathlib.Path
        The files, in the order of `contents`.

    Raises
    ------
    UsageError
        If the directory cannot be written.
    """
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory, prefix=".prefit-") as staging:
            for name, content in contents.items():
                Path(staging, name).write_bytes(content.encode() if isinstance(content, str) else content)
            gone = [name for name in outdated if name not in contents and (directory / name).is_file()]
            _move_in([*contents, *gone], Path(staging), directory)
    except BaseException as error:
        _remove_empty(missing)
        if isinstance(error, OSError):
            raise UsageError(_refusal(directory, error)) from error
        raise
    return [directory / name for name in contents]


def _move_in(names: Iterable[str], staging: Path, directory: Path) -> None:
    """Put the staged files into place; when stopped on the way, put the earlier ones back."""
    earlier = Path(staging, "earlier")
    earlier.mkdir()
    begun: list[str] = []
    try:
        for name in names:
            begun.append(name)
            if (directory / name).is_file():
                (directory / name).replace(earlier / name)
            if (staging / name).exists():
                (staging / name).replace(directory / name)
    except BaseException:
        for name in begun:
            if (earlier / name).exists():
                (earlier / name).replace(directory / name)
            elif not (staging / name).exists():
                (directory / name).unlink(missing_ok=True)
        raise


def _remove_empty(directories: Iterable[Path]) -> None:
    """Remove the directories that were made for this, the innermost first."""
    for directory in directories:
        try:
            directory.rmdir()
        except OSError:
            return  # never made, or something else has been put into it


def _refusal(directory: Path, error: OSError) -> str:
    blocking = next((path for path in (directory, *directory.parents) if path.exists() and not path.is_dir()), None)
    if blocking is not None:
        return f"output must be a directory; got the file '{blocking}'. Choose another directory with --output."
    reason = error.strerror or type(error).__name__
    return f"output '{directory}' must be writable; got '{reason}'. Choose another directory with --output."
