"""What a reader of a finding asks next: where its limit comes from, what was tried against it, how to accept it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from prefit.finding import Finding
from prefit.formats.visible import visible

__all__ = ["WORKED", "limits_of", "remedies_of", "waiver_of"]

MAX_LIMITS = 4
MAX_LINE = 1000
"""Above it the waiver leaves the columns out, and covers the check whatever the columns."""
WAIVER_DAYS = 90
WORKED = ("helps", "honest", "forecast")
"""Outcomes of a remedy that speak for it."""


def limits_of(finding: Finding, guide: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the keys of the configuration that the limit of a finding comes from: those with its value, else all.

    Parameters
    ----------
    finding : Finding
    guide : mapping
        The entry of its check in ``checks`` of ``report.json``.
    """
    limits = guide.get("limits", {})
    same = [(key, limit) for key, limit in limits.items() if finding.limit is not None and _is(limit, finding.limit)]
    return (same or list(limits.items()))[:MAX_LIMITS]


def remedies_of(finding: Finding, remedies: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what was tried against the cause of a finding and worked, the largest gain first."""
    tried = [one for one in remedies if finding.check in one.get("causes", ()) and one.get("status") in WORKED]
    return sorted(tried, key=lambda one: -(one.get("effect") or {}).get("delta", 0.0))


def waiver_of(finding: Finding, created: str) -> list[str]:
    r"""Return the lines of ``prefit.toml`` that accept a finding for 90 days, but for the reason and the owner.

    Examples
    --------
    >>> finding = Finding(check="id-column", status="warn", message="", columns=("key",))
    >>> print("\n".join(waiver_of(finding, "2026-11-23T08:15:00Z")))
    [[waivers]]
    check = "id-column"
    columns = ["key"]
    reason = ""
    owner = ""
    expires = 2027-02-21
    """
    columns = f"columns = [{', '.join(map(_quoted, finding.columns))}]"
    lines = ["[[waivers]]", f"check = {_quoted(finding.check)}"]
    lines += [columns] if finding.columns and len(columns) <= MAX_LINE else []
    expires = datetime.fromisoformat(created) + timedelta(days=WAIVER_DAYS)
    return [*lines, 'reason = ""', 'owner = ""', f"expires = {expires:%Y-%m-%d}"]


def _is(limit: Mapping[str, Any], value: float) -> bool:
    known = limit["value"]
    return isinstance(known, int | float) and not isinstance(known, bool) and math.isclose(known, value)


def _quoted(text: str) -> str:
    """Return a string of TOML: JSON's escapes are a subset of its own, and what is not drawn is escaped as well."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if visible(char) == char else f"\\U{ord(char):08X}" for char in quoted)
