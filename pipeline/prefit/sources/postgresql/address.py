"""What a ``postgresql://`` URI asks for: a database, how to log in, and a table or a query; logins are never shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from prefit.errors import UsageError, did_you_mean

__all__ = ["Address", "Request", "is_postgresql", "parse_uri"]

_SCHEME = re.compile(r"postgres(ql)?://", re.IGNORECASE)
_OWN = ("table", "query")
_DEFAULTS = {"connect_timeout": "10", "keepalives_idle": "60", "application_name": "prefit"}
_SECRET = ("password", "sslpassword", "passfile", "oauth_client_secret")
_EXAMPLES = (
    "Write postgresql://user@host/database?table=schema.table or ?query=SELECT ..., and the password into PGPASSWORD "
    "or ~/.pgpass."
)


@dataclass(frozen=True, slots=True)
class Address:
    """A database, and how to log in to it.

    Attributes
    ----------
    shown : str
        Its URI without user, password and options: what messages call it.
    conninfo : str
        What libpq connects by; never shown.
    secrets : tuple of str
        Values in it that no message may repeat.
    """

    shown: str
    conninfo: str = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def without_secrets(self, text: str) -> str:
        """Return a message of a driver without what was given to log in."""
        for secret in self.secrets:
            text = text.replace(secret, "...") if len(secret) > 2 else text
        return text


@dataclass(frozen=True, slots=True)
class Request:
    """A database, and what to read from it: either a table or a query."""

    address: Address
    table: str | None
    query: str | None


def is_postgresql(location: str) -> bool:
    """Whether a location is the URI of something in PostgreSQL."""
    return _SCHEME.match(location) is not None


def parse_uri(uri: str) -> Request:
    """Read a URI: libpq's own form, with ``table=`` or ``query=`` among its parameters.

    A query may be percent-encoded or, where it has blanks, stand there as it is.

    Raises
    ------
    UsageError
        If it is none, has unknown parameters, or asks for both a table and a query, or for neither; the message does
        not repeat it.
    """
    place, _, tail = _SCHEME.sub("", uri, count=1).partition("?")
    login, _, database = place.rpartition("@")
    given = _parameters(tail)
    table, query = given.pop("table", None), given.pop("query", None)
    shown = f"postgresql://{database}"
    if (table is None) == (query is None):
        got = "both" if table is not None else "neither"
        raise UsageError(f"data in PostgreSQL must be one table or one query; got {got} for {shown}. {_EXAMPLES}")
    for name, value in (("table", table), ("query", query)):
        if value is not None and not value.strip().rstrip(";"):
            raise UsageError(f"{name} of {shown} must be named; got an empty one. {_EXAMPLES}")
    if login:
        user, _, password = login.partition(":")
        given |= {"user": unquote(user)} | ({"password": unquote(password)} if password else {})
    return Request(_address(database, shown, given), table, query)


def _address(database: str, shown: str, given: dict[str, str]) -> Address:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    try:
        parsed: dict[str, Any] = conninfo_to_dict(f"postgresql://{database}")
        conninfo = make_conninfo(**(_DEFAULTS | parsed | given))
    except psycopg.ProgrammingError as error:
        why = str(error).strip().split("\n")[0]
        raise UsageError(f"data must be at a URI that libpq understands; got one with {why}. {_EXAMPLES}") from None
    secrets = tuple(given[name] for name in _SECRET if name in given)
    return Address(shown, conninfo, secrets)


def _parameters(tail: str) -> dict[str, str]:
    """Take the parameters apart; what follows a query and is no parameter is part of it."""
    from psycopg.pq import Conninfo

    known = (*_OWN, *(option.keyword.decode() for option in Conninfo.get_defaults()))
    pieces: list[tuple[str, str]] = []
    for piece in tail.split("&") if tail else ():
        name, is_pair, value = piece.partition("=")
        if is_pair and name in known:
            pieces.append((name, value))
        elif pieces and pieces[-1][0] == "query":
            pieces[-1] = ("query", f"{pieces[-1][1]}&{piece}")
        else:
            own = did_you_mean(name, [*_OWN, *known[len(_OWN) :]], limit=2)
            raise UsageError(f"data URI: parameter {name!r} does not exist; parameters: {own} {_EXAMPLES}")
    names = [name for name, _ in pieces]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"data URI: parameter {name!r} must stand there once; got it {names.count(name)} times.")
    return {name: value if re.search(r"\s", value) else unquote(value) for name, value in pieces}
