"""Which extra of prefit reads some data."""

from __future__ import annotations

import re
from pathlib import Path

from prefit.errors import PrefitError
from prefit.sources.files import find_files
from prefit.sources.lakes import is_lake
from prefit.sources.postgresql import is_postgresql
from prefit.sources.spreadsheet import split_sheet

__all__ = ["extra_for"]

_IN_STORE = re.compile(r"(?!file:)[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_EXTRAS = {"sheet": "excel", "arff": "arff"}


def extra_for(location: str) -> str | None:
    """Return the extra whose libraries read what is at a location; None where prefit alone does.

    What lies in a store is told by its name: the store is not asked.

    Examples
    --------
    >>> extra_for("postgresql://me@host/shop?table=orders"), extra_for("s3://shop/2026.xlsx?sheet=May")
    ('postgresql', 'excel')
    """
    if is_postgresql(location):
        return "postgresql"
    place = split_sheet(location)[0]
    if is_lake(place):
        delta = place.startswith("delta+") or (Path(place).expanduser() / "_delta_log").is_dir()
        return "delta" if delta else "iceberg"
    try:
        kind = None if _IN_STORE.match(place) else find_files(place)[1][0].kind
    except PrefitError:  # it will be there only where the job runs
        kind = None
    return _EXTRAS.get(kind or _by_name(place))


def _by_name(location: str) -> str:
    name = location.partition("?")[0].lower()
    return "arff" if re.search(r"\.arff(\.gz|\.bz2|\.zst)?$", name) else "sheet" if _is_book(name) else ""


def _is_book(name: str) -> bool:
    return name.endswith((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"))
