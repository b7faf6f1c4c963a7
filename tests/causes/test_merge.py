"""Merging: what a finding explains becomes a pass that names it, and the verdict stays what it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefit.causes import RULES, Rule, merge_causes
from prefit.finding import STATUSES, Finding, Status, Waiver
from prefit.verdict import judge

WAIVER = Waiver(reason="known since March", owner="ada", expires="2030-01-01")
CHECKS = sorted({rule.cause for rule in RULES} | {check for rule in RULES for check in rule.explains})

DROP = Rule(cause="leak", explains=("id", "copies"), scope="columns", because="the column is to be dropped")
ALL_OF_IT = Rule(cause="rare", explains=("imbalance",), scope="table", because="it is the same class")
DRIVEN = Rule(cause="unseen", explains=("drift",), scope="drivers", because="they drive it")
NOT_RUN = Rule(cause="constant", explains=("signal",), scope="not run", because="there is nothing to model")


def found(check: str, status: Status, *columns: str, waived: bool = False) -> Finding:
    """Return a finding that names its columns."""
    message = f"Found in {', '.join(columns) or 'the table'}."
    return Finding(check=check, status=status, message=message, columns=columns, waived=WAIVER if waived else None)


def merged(*findings: Finding, rule: Rule, left: Sequence[Finding] = ()) -> list[Finding]:
    """Merge by one rule; `left` is what any check finds without the columns of the cause."""
    return merge_causes(findings, lambda _check, _columns: left, [rule])


def test_what_goes_with_the_column_is_explained() -> None:
    """A check that finds nothing more without the leaking column passes, and says what explains it."""
    leak, copy = merged(found("leak", "fail", "a"), found("id", "warn", "a"), rule=DROP)
    assert (copy.status, copy.columns) == ("pass", ("a",))
    assert copy.message == "Explained by leak: Found in a."
    assert (leak.status, leak.message) == ("fail", "Found in a. Seen also as id.")


def test_other_columns_keep_their_finding() -> None:
    """What is left of a finding is judged again, and the part that is explained stands beside it."""
    rest = found("id", "warn", "b")
    _, other, part = merged(found("leak", "fail", "a"), found("id", "warn", "a", "b"), rule=DROP, left=[rest])
    assert other == rest
    assert (part.status, part.columns, part.message) == ("pass", ("a",), "Explained by leak: column 'a'.")


def test_check_is_judged_without_the_columns_of_all_causes() -> None:
    """Two causes of one finding take their columns out together."""
    asked = []

    def judge_without(check: str, columns: frozenset[str]) -> list[Finding]:
        asked.append(columns)
        return [found(check, "warn", *sorted({"a", "b", "c"} - columns))]

    second = Rule(cause="gap", explains=("id",), scope="columns", because="it is to be dropped too")
    findings = [found("leak", "fail", "a"), found("gap", "warn", "b"), found("id", "warn", "a", "b", "c")]
    *_, rest, by_gap, by_leak = merge_causes(findings, judge_without, [DROP, second])
    assert asked == [{"a"}, {"a", "b"}]
    assert (rest.columns, by_gap.columns, by_leak.columns) == (("c",), ("b",), ("a",))


def test_nothing_is_explained_where_nothing_is_gone() -> None:
    """A finding that stays the same without the columns has another cause, and is not worded anew."""
    before = [found("leak", "fail", "a"), found("id", "warn", "b")]
    again = Finding(check="id", status="warn", message="Worded otherwise.", columns=("b",))
    assert merged(*before, rule=DROP, left=[again]) == before


def test_nothing_is_explained_where_something_new_would_come() -> None:
    """Leaving a column out must not make a finding of a column that was fine."""
    before = [found("leak", "fail", "a"), found("id", "warn", "a")]
    for new in (found("id", "warn", "b"), found("id", "fail", "a"), found("id", "skip")):
        assert merged(*before, rule=DROP, left=[new]) == before


def test_warning_does_not_explain_a_failure() -> None:
    """A finding explains none that is worse than itself, wholly or in part."""
    for rule, cause in ((DROP, "leak"), (ALL_OF_IT, "rare"), (DRIVEN, "unseen")):
        before = [found(cause, "warn", "a"), found(rule.explains[0], "fail", "a")]
        assert merged(*before, rule=rule) == before


def test_whole_table_has_one_cause() -> None:
    """A rule of the table needs no column."""
    _, follower = merged(found("rare", "fail", "y"), found("imbalance", "warn", "y"), rule=ALL_OF_IT)
    assert follower.status == "pass"


def test_drift_is_explained_where_all_its_drivers_are() -> None:
    """One driver that the cause does not name is a cause of its own."""
    cause = found("unseen", "warn", "a", "b")
    assert merged(cause, found("drift", "warn", "a"), rule=DRIVEN)[1].status == "pass"
    assert merged(cause, found("drift", "warn", "a", "c"), rule=DRIVEN)[1].status == "warn"
    assert merged(cause, found("drift", "warn"), rule=DRIVEN)[1].status == "warn"


@pytest.mark.parametrize(("share", "status"), [(0.29, "pass"), (0.40, "warn")])
def test_share_of_rows_is_explained_where_the_other_rows_keep_the_limit(share: float, status: Status) -> None:
    """Of 30 % empty rows, 29 % repeat one another; of 40 %, 10 are among the 70 others, above 5 %."""
    rule = Rule(cause="empty", explains=("copies",), scope="rows", because="empty rows are equal")
    empty = replace(found("empty", "warn"), measured=0.3)
    copies = replace(found("copies", "warn"), measured=share, limit=0.05)
    assert merged(empty, copies, rule=rule)[1].status == status


def test_check_that_a_failure_keeps_from_running_is_not_listed() -> None:
    """It does not apply, and the failure says which checks were not judged."""
    (cause,) = merged(found("constant", "fail", "y"), found("signal", "skip"), rule=NOT_RUN)
    assert cause.message == "Found in y. Not judged for this reason: signal."


def test_skip_is_not_explained_by_a_warning() -> None:
    """What did not run keeps the verdict from being ready unless its cause does so."""
    before = [found("constant", "warn", "y"), found("signal", "skip")]
    assert merged(*before, rule=NOT_RUN) == before


def test_crash_is_never_explained() -> None:
    """An error of a check stays an error whatever else fails."""
    for rule, cause in ((DROP, "leak"), (ALL_OF_IT, "rare"), (NOT_RUN, "constant")):
        before = [found(cause, "fail", "a"), found(rule.explains[0], "error")]
        assert merged(*before, rule=rule) == before


def test_waived_findings_stay_as_they_are() -> None:
    """A finding that somebody accepts neither explains others nor disappears."""
    for cause, follower in ((True, False), (False, True)):
        for rule, name in ((DROP, "leak"), (ALL_OF_IT, "rare")):
            before = [found(name, "fail", "a", waived=cause), found(rule.explains[0], "warn", "a", waived=follower)]
            assert merged(*before, rule=rule) == before


def test_rule_for_failures_ignores_warnings() -> None:
    """Some causes explain others only when they are bad enough to fail."""
    rule = Rule(cause="rare", explains=("imbalance",), scope="table", because="most rows", fails=True)
    assert merged(found("rare", "warn"), found("imbalance", "warn"), rule=rule)[1].status == "warn"
    assert merged(found("rare", "fail"), found("imbalance", "warn"), rule=rule)[1].status == "pass"


@st.composite
def runs(draw: st.DrawFn) -> list[Finding]:
    """Return the findings of a run: up to two of each check, of any status, on any columns, some waived."""
    made = []
    for check in draw(st.lists(st.sampled_from(CHECKS), unique=True, max_size=12)):
        for status in draw(st.lists(st.sampled_from(STATUSES), unique=True, min_size=1, max_size=2)):
            columns = draw(st.lists(st.sampled_from("abc"), unique=True))
            made.append(found(check, status, *columns, waived=draw(st.booleans())))
    return made


@given(runs())
def test_verdict_is_what_it_was(findings: list[Finding]) -> None:
    """Merging changes what is read first and never what the gate decides, and loses no judgement and no waiver."""

    def judge_without(check: str, columns: frozenset[str]) -> list[Finding]:
        return [
            found(check, finding.status, *(column for column in finding.columns if column not in columns))
            for finding in findings
            if finding.check == check and (not finding.columns or set(finding.columns) - columns)
        ]

    after = merge_causes(findings, judge_without)
    assert judge(after)[0] == judge(findings)[0]
    lost = {finding.check for finding in findings} - {finding.check for finding in after}
    assert all(finding.status == "skip" for finding in findings if finding.check in lost)
    assert [finding for finding in after if finding.waived] == [finding for finding in findings if finding.waived]
