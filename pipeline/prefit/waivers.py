"""Waivers: findings that somebody accepts for a time, with a reason, an owner and a date.

::

    [[waivers]]
    check = "id-column"
    columns = ["customer"]          # left out: whatever the columns
    reason = "needed to join the predictions back; the pipeline drops it"
    owner = "data-team@example.com"
    expires = 2027-03-31
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from prefit.errors import UsageError, did_you_mean
from prefit.finding import Finding, Waiver

__all__ = ["WaiverRule", "apply_waivers", "make_rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRule:
    """Which findings are waived, by whom, why and until when (that day included).

    `columns` empty means whatever the columns; else a finding is waived when it speaks of none but these.
    """

    check: str
    reason: str
    owner: str
    expires: dt.date
    columns: tuple[str, ...] = ()

    def expired(self, today: dt.date) -> bool:
        """Whether the last day has passed."""
        return today > self.expires

    def covers(self, finding: Finding) -> bool:
        """Whether it is this finding that is accepted: a failure or a warning, never a check that did not run."""
        if finding.check != self.check or finding.status not in ("fail", "warn"):
            return False
        return not self.columns or (bool(finding.columns) and set(finding.columns) <= set(self.columns))


def make_rules(entries: Any) -> tuple[WaiverRule, ...]:
    """Read the waivers of a configuration.

    Raises
    ------
    UsageError
        If they are no list, or an entry lacks a key, has an unknown one, or a value of the wrong type.
    """
    if isinstance(entries, str | Mapping) or not isinstance(entries, Iterable):
        raise UsageError(f"waivers must be a list of tables; got {entries!r}. Write each of them as [[waivers]].")
    return tuple(_rule(number, entry) for number, entry in enumerate(entries, start=1))


def apply_waivers(findings: Iterable[Finding], rules: Sequence[WaiverRule], today: dt.date) -> list[Finding]:
    """Mark the findings that a rule covers that is not expired; all stay in the list."""
    live = [rule for rule in rules if not rule.expired(today)]
    return [_waived(finding, live) for finding in findings]


def _waived(finding: Finding, rules: Sequence[WaiverRule]) -> Finding:
    rule = next((rule for rule in rules if rule.covers(finding)), None)
    if rule is None:
        return finding
    return replace(finding, waived=Waiver(reason=rule.reason, owner=rule.owner, expires=rule.expires.isoformat()))


def _rule(number: int, entry: Any) -> WaiverRule:
    where = f"waiver {number}"
    if not isinstance(entry, Mapping):
        raise UsageError(f"{where} must be a table; got {entry!r}. Write it as [[waivers]] with a line per key.")
    names = [field.name for field in fields(WaiverRule)]
    for key in entry:
        if key not in names:
            raise UsageError(f"{where}: key {key!r} does not exist; keys: {did_you_mean(key, names)}")
    texts = {key: entry.get(key) for key in ("check", "reason", "owner")}
    for key, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise UsageError(f"{where} must have a {key}; got {text!r}. Say it in words.")
    columns = entry.get("columns", ())
    if not isinstance(columns, list | tuple) or not all(isinstance(column, str) for column in columns):
        raise UsageError(f'{where}: columns must be a list of names; got {columns!r}. Write columns = ["a"].')
    return WaiverRule(
        check=entry["check"],
        reason=entry["reason"],
        owner=entry["owner"],
        expires=_date(where, entry.get("expires")),
        columns=tuple(columns),
    )


def _date(where: str, value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise UsageError(f"{where} must have a date in expires; got {value!r}. Write expires = 2027-03-31.") from None
