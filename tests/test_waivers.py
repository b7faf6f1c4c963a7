"""Waivers: which findings they cover, how they end, and what they may not hide."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

import prefit
from prefit.errors import UsageError
from prefit.finding import Finding, Status
from prefit.verdict import judge
from prefit.waivers import WaiverRule, apply_waivers, make_rules

TODAY = dt.date(2026, 11, 23)
ENTRY = {"check": "id-column", "columns": ["a"], "reason": "join", "owner": "me", "expires": TODAY}
RULE = WaiverRule(check="id-column", columns=("a",), reason="join", owner="me", expires=TODAY)


def found(status: Status, *columns: str, check: str = "id-column") -> Finding:
    """Return a finding."""
    return Finding(check=check, status=status, message="m", columns=columns)


def waived(finding: Finding, rule: WaiverRule = RULE, today: dt.date = TODAY) -> bool:
    """Whether the rule waives the finding."""
    return apply_waivers([finding], [rule], today)[0].waived is not None


def test_rules_are_read_from_tables() -> None:
    """Dates may be TOML dates or ISO texts."""
    assert make_rules([ENTRY, ENTRY | {"expires": "2026-11-23"}]) == (RULE, RULE)


@pytest.mark.parametrize("status", ["warn", "fail"])
def test_covered_finding_is_waived_until_its_last_day(status: Status) -> None:
    """The day of expiry is included."""
    assert waived(found(status, "a"))
    assert not waived(found(status, "a"), today=TODAY + dt.timedelta(days=1))


@pytest.mark.parametrize(
    "finding",
    [found("warn", "a", "b"), found("warn"), found("warn", "a", check="outliers"), found("skip", "a"), found("error")],
)
def test_what_was_not_accepted_stays(finding: Finding) -> None:
    """Another column, another check, or a check that did not run is not covered."""
    assert not waived(finding)


def test_rule_without_columns_covers_all() -> None:
    """Whatever the columns."""
    rule = WaiverRule(check="id-column", reason="r", owner="o", expires=TODAY)
    assert waived(found("warn", "a", "b"), rule)
    assert waived(found("warn"), rule)


def test_waived_failure_does_not_decide() -> None:
    """It stays in the list and out of the verdict."""
    findings = apply_waivers([found("fail", "a"), found("pass", check="outliers")], [RULE], TODAY)
    assert judge(findings)[0] == "ready"
    assert findings[0].status == "fail"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": " "}, "waiver 1 must have a reason"),
        ({"owner": None}, "waiver 1 must have a owner"),
        ({"expires": "soon"}, "waiver 1 must have a date in expires; got 'soon'"),
        ({"expires": None}, "date in expires"),
        ({"colums": ["a"]}, "key 'colums' does not exist.*Did you mean 'columns'"),
        ({"columns": "a"}, "columns must be a list"),
    ],
)
def test_unclear_waiver_is_refused(change: dict[str, object], message: str) -> None:
    """A waiver without reason, owner or end is none."""
    with pytest.raises(UsageError, match=message):
        make_rules([ENTRY | change])


TABLE = pa.table({"a": [f"id-{i:05}" for i in range(300)], "x": [i % 7 for i in range(300)]})


def test_gate_waives_and_expires() -> None:
    """A live waiver keeps the finding visible; an expired one fails."""
    entry = ENTRY | {"check": "id-column", "expires": "2999-01-01"}
    report = prefit.check(TABLE, level="quick", waivers=[entry])
    marked = {finding.check: finding for finding in report.findings if finding.waived}
    assert set(marked) == {"id-column"}
    assert marked["id-column"].to_dict()["waived"] == {"reason": "join", "owner": "me", "expires": "2999-01-01"}
    expired = prefit.check(TABLE, level="quick", waivers=[entry | {"expires": "2001-01-01"}])
    assert expired.exit_code == 1
    assert expired.findings[0].check == "waiver-expired"


@pytest.mark.parametrize("change", [{"check": "id-colum"}, {"columns": ["b"]}])
def test_waiver_of_nothing_is_refused(change: dict[str, object]) -> None:
    """An unknown check or column is a mistake."""
    with pytest.raises(UsageError, match=r"Did you mean|is not a column"):
        prefit.check(TABLE, level="quick", waivers=[ENTRY | change])
