"""What a server or a driver refuses, as a message that says what to do and shows no login."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from prefit.errors import InputError, PrefitError, UnreadableInput
from prefit.sources.postgresql.address import Address

__all__ = ["told"]

_WRAPPING = re.compile(r"^(?:.*\bERROR:\s+|connection failed: |[A-Z_]+: \[libpq\] |\[libpq\] )")
"""What drivers put before the words of the server."""

_QUOTED = re.compile(r'"[^"]*"')
_MAX_CHARACTERS = 300


@contextmanager
def told(
    address: Address, rule: str, advice: str, *, kind: type[InputError] = UnreadableInput, of_rows: bool = False
) -> Iterator[None]:
    """Turn what goes wrong into ``<rule>; got: <what the server says>. <advice>``.

    Of an error that comes while rows are read (`of_rows`), what it quotes is left out: it may be the value of a cell.
    """
    import adbc_driver_manager
    import psycopg

    try:
        yield
    except PrefitError:
        raise
    except (psycopg.Error, adbc_driver_manager.Error, OSError, pa.ArrowException) as error:
        why = address.without_secrets(_reason(error))
        why = _QUOTED.sub("'...'", why) if of_rows else why
        raise kind(f"{rule}; got: {why[:_MAX_CHARACTERS].rstrip('. ')}. {advice}") from None


def _reason(error: Exception) -> str:
    """Return what the server says, without the query and the place in it."""
    message = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    return _WRAPPING.sub("", message.strip().split("\n")[0])
