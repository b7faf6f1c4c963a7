"""Which findings are new, worse, known and gone."""

from __future__ import annotations

from typing import Any

import pytest

from prefit.baselines.matching import Matched, match
from prefit.finding import Finding, Status


def finding(*columns: str, check: str = "missing-values", status: Status = "warn", **fields: Any) -> Finding:
    """Return a finding on some columns."""
    healthy: dict[str, Any] = {"measured": 0.3, "limit": 0.2, "unit": "fraction", "interval": (0.28, 0.32)}
    return Finding(check=check, status=status, columns=columns, **({"message": "Said."} | healthy | fields))


def beside(now: list[Finding], before: list[Finding], n_rows: tuple[int, int] = (1000, 1000)) -> Matched:
    """Match findings with those of a baseline."""
    return match(now, [found.to_dict() for found in before], n_rows=n_rows)


def fate(now: Finding, *before: Finding, n_rows: tuple[int, int] = (1000, 1000)) -> str:
    """Return what becomes of one finding."""
    counts = beside([now], list(before), n_rows).counts
    return next(word for word in ("new", "worse", "known") if counts[word])


def test_same_check_on_the_same_column_is_known() -> None:
    """Though the words and the figures differ."""
    assert fate(finding("a", message="Now.", measured=0.31, interval=(0.29, 0.33)), finding("a")) == "known"


def test_other_column_or_other_check_is_new() -> None:
    """A share that was there in b says nothing of a."""
    assert fate(finding("a"), finding("b")) == "new"
    assert fate(finding("a"), finding("a", check="outliers")) == "new"
    assert fate(finding("a")) == "new"


def test_one_more_column_makes_a_finding_worse() -> None:
    """And fewer, or another order, do not."""
    assert fate(finding("a", "b"), finding("a")) == "worse"
    assert fate(finding("b", "a"), finding("a", "b", "c")) == "known"


def test_findings_that_are_merged_or_split_stay_known() -> None:
    """Two findings of one check on a and on b are later one on both."""
    assert fate(finding("a", "b"), finding("a"), finding("b")) == "known"
    matched = beside([finding("a"), finding("b")], [finding("a", "b")])
    assert matched.counts == {"new": 0, "worse": 0, "known": 2, "gone": 0, "unjudged": 0}


def test_higher_status_is_worse_and_a_lower_one_is_not() -> None:
    """A warning that became a failure."""
    assert fate(finding("a", status="fail"), finding("a")) == "worse"
    assert fate(finding("a"), finding("a", status="fail")) == "known"


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ({"measured": 0.4, "interval": (0.37, 0.43)}, {}, "worse"),
        ({"measured": 0.33, "interval": (0.31, 0.35)}, {}, "known"),  # the intervals overlap
        ({"measured": 0.2, "interval": (0.18, 0.22)}, {}, "known"),  # better
        (
            {"measured": 40.0, "unit": "rows", "limit": 100, "interval": None},
            {"measured": 80.0, "unit": "rows"},
            "worse",
        ),
        ({"measured": 0.9, "unit": "ROC AUC"}, {}, "known"),  # another figure
        ({"measured": 3, "unit": "columns", "interval": None, "limit": 0}, {"measured": 2, "unit": "columns"}, "worse"),
        ({"measured": None, "interval": None}, {}, "known"),
    ],
)
def test_figure_is_worse_where_the_intervals_are_apart(
    now: dict[str, Any], before: dict[str, Any], expected: str
) -> None:
    """On the side that the limit is crossed on."""
    earlier = finding("a", **({"interval": None} | before if before else {}))
    assert fate(finding("a", **now), earlier) == expected


def test_counts_of_rows_are_compared_as_shares_of_the_rows() -> None:
    """Twice the copies in twice the rows are no more."""
    rows: dict[str, Any] = {"unit": "rows", "limit": 0, "interval": None}
    assert fate(finding(measured=200, **rows), finding(measured=100, **rows), n_rows=(1000, 2000)) == "known"
    assert fate(finding(measured=200, **rows), finding(measured=100, **rows)) == "worse"


def test_each_expectation_is_a_thing_of_its_own() -> None:
    """Two rules on one column are not the same, and one rule stays itself though its outcome reads otherwise."""
    rule, other = "expect_a(column='x')", "expect_b(column='x')"
    before = finding("x", check="expectation-failed", message=f"{rule} does not hold in 3 rows.")
    again = finding("x", check="expectation-failed", message=f"{rule} does not hold in 4 rows, the first at 7.")
    assert fate(again, before) == "known"
    assert fate(finding("x", check="expectation-failed", message=f"{other} does not hold."), before) == "new"


def test_what_is_not_found_again_is_gone_only_if_its_check_judged() -> None:
    """A check that was skipped, crashed or not selected does not clear anything."""
    before = [finding("a"), finding("b", check="outliers"), finding("c", check="text-encoding")]
    passed = Finding(check="missing-values", status="pass", message="No.")
    skipped = Finding(check="outliers", status="skip", message="No rows.")
    matched = beside([passed, skipped], before)
    assert [found["check"] for found in matched.gone] == ["missing-values"]
    assert [found["check"] for found in matched.unjudged] == ["outliers", "text-encoding"]
    assert matched.findings[0].new is None
    assert matched.findings[1].new is True


def test_drift_from_a_baseline_is_new_whatever_an_older_one_said() -> None:
    """It is about this baseline, not about the one before it."""
    drift = finding("a", check="baseline-drift")
    matched = beside([drift], [drift])
    assert matched.counts["new"] == 1
    assert matched.gone == ()
