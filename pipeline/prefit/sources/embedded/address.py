"""What a ``sqlite:///`` or ``duckdb:///`` URI asks for: a file, and a table or a query in it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast
from urllib.parse import unquote

from prefit.errors import InputNotFound, UsageError

__all__ = ["ADVICE", "Request", "System", "parse_uri"]

ADVICE = "Write SELECT ... FROM ..., or name a table: ?table=name."
"""What to do about a query that cannot be read."""

System = Literal["sqlite", "duckdb"]

_URI = re.compile(r"(?P<system>sqlite|duckdb)://(?P<path>[^?]*)(?:\?(?P<tail>.*))?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Request:
    """A database file, and what to read from it: either a table or a query.

    Attributes
    ----------
    system : {"sqlite", "duckdb"}
    path : pathlib.Path
        Absolute.
    table, query : str or None
        One of them.
    """

    system: System
    path: Path
    table: str | None = None
    query: str | None = None

    @property
    def name(self) -> str:
        """What to call the data: the table, or a name made from the text of the query."""
        if self.query is None:
            return str(self.table)
        return f"query-{hashlib.sha256(self.query.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"

    @property
    def shown(self) -> str:
        """What messages call it."""
        return f"the query of {self.path.name}" if self.table is None else f"table {self.table} of {self.path.name}"


def parse_uri(uri: str) -> Request:
    """Read a URI: three slashes and a path as it would be given to a shell, so four where it is absolute.

    A query may be percent-encoded or, where it has blanks, stand there as it is.

    Raises
    ------
    UsageError
        If it is none, or asks for both a table and a query, or for neither.
    InputNotFound
        If there is no such file.
    """
    found = _URI.fullmatch(uri)
    if found is None or not found["path"].startswith("/") or len(found["path"]) == 1:
        raise UsageError(f"data URI must name a database file; got {uri!r}. {_examples('sqlite')}")
    system = cast("System", found["system"].lower())
    path = Path(unquote(found["path"])[1:]).expanduser()
    kind, _, value = (found["tail"] or "").partition("=")
    value = value if re.search(r"\s", value) else unquote(value)
    value = value.strip().rstrip(";").rstrip()
    if kind not in ("table", "query") or not value:
        raise UsageError(
            f"data in {path.name} must be one table or one query; got {found['tail'] or 'neither'!r}. "
            f"{_examples(system)}"
        )
    if not path.is_file():
        raise InputNotFound(
            f"{path} must be a database file; got {'a folder' if path.is_dir() else 'nothing there'}. "
            f"{_examples(system)}"
        )
    return Request(system, path.resolve(), **{kind: value})


def _examples(system: System) -> str:
    return (
        f"Write {system}:///folder/file.db?table=name or ?query=SELECT ..., with a fourth slash where the path is "
        "absolute."
    )
