"""Files that are written as a whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: Path, *contents: bytes, synced: bool = False) -> None:
    """Write bytes to a file beside `path` that then takes its place; whatever stops it, Ctrl-C included, leaves none.

    Parameters
    ----------
    path : pathlib.Path
    *contents : bytes
        One behind the other.
    synced : bool, default False
        Whether the bytes are on the disk before the file takes its place, so that a crash of the machine leaves no
        empty file.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            for content in contents:
                file.write(content)
            if synced:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
