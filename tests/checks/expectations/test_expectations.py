"""The checks of the expectations stage."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.builders import evidence, numbers

from prefit.checks.base import run_check
from prefit.checks.expectations import CHECKS, ExpectationError, ExpectationFailed
from prefit.evidence import ExpectationResult, SuiteResult
from prefit.finding import Finding
from prefit.verdict import judge


def result(**fields: Any) -> ExpectationResult:
    """Return an expectation that held; `fields` replace what it says."""
    held: dict[str, Any] = {
        "expectation": "expect_column_values_to_be_between",
        "column": "age",
        "kwargs": {"min_value": 0, "max_value": 120},
        "success": True,
        "severity": "critical",
        "observed": None,
        "n_unexpected": 0,
        "unexpected_fraction": 0.0,
        "positions": (),
    }
    return ExpectationResult(**(held | fields))


def failed(**fields: Any) -> ExpectationResult:
    """Return an expectation that three of a thousand rows break."""
    broken = {"success": False, "n_unexpected": 3, "unexpected_fraction": 0.003, "positions": (17, 40, 41)}
    return result(**(broken | fields))


def findings(*results: ExpectationResult, show_values: bool = False) -> list[Finding]:
    """Judge a suite with these results by both checks."""
    suite = SuiteResult(name="s", path="s.json", results=results)
    given = evidence(numbers("age"), suite=suite, show_values=show_values)
    return [finding for check in CHECKS for finding in run_check(check, given)]


def test_a_suite_that_holds_passes_both_checks() -> None:
    """Nothing is said of expectations that hold."""
    assert [finding.status for finding in findings(result(), result())] == ["pass", "pass"]


@pytest.mark.parametrize(("severity", "status"), [("critical", "fail"), ("warning", "warn"), ("info", "pass")])
def test_severity_decides_the_status(severity: str, status: str) -> None:
    """The suite says how bad a broken expectation is."""
    found = findings(failed(severity=severity))[0]
    assert (found.check, found.status) == ("expectation-failed", status)
    assert "does not hold" in found.message


def test_each_broken_entry_is_a_finding_with_its_figures() -> None:
    """The message names the rule, the rows and the share; the limit is what `mostly` allows."""
    first, second, _ = findings(failed(), failed(column="height", kwargs={"mostly": 0.999}))
    assert first.message == (
        "expect_column_values_to_be_between(column='age', min_value=0, max_value=120) does not hold"
        " in 3 rows (0.3 % of those judged), the first at position 17."
    )
    assert (first.columns, first.measured, first.limit, first.unit) == (("age",), 0.003, 0.0, "fraction")
    assert second.columns == ("height",)
    assert second.limit == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("kwargs", "limit"), [({"min_value": 5}, 5), ({"min_value": 1, "max_value": 3}, 3), ({"value": 7}, 7)]
)
def test_an_aggregate_is_measured_against_the_limit_it_crossed(kwargs: dict[str, Any], limit: float) -> None:
    """A number of rows below the minimum is compared with the minimum."""
    aggregate = {"n_unexpected": None, "unexpected_fraction": None, "positions": (), "observed": 4, "column": None}
    found = findings(failed(expectation="expect_table_row_count_to_be_between", kwargs=kwargs, **aggregate))[0]
    assert (found.measured, found.limit, found.unit, found.columns) == (4, limit, "rows", ())
    assert found.message.endswith("does not hold: observed 4.")


def test_texts_of_the_suite_and_the_data_are_shown_only_on_request() -> None:
    """A value set may quote categories, and unexpected values quote cells."""
    broken = failed(expectation="expect_column_values_to_be_in_set", kwargs={"value_set": ["Ada"]}, observed=["Eve"])
    assert "value_set=<1 value>" in findings(broken)[0].message
    assert "Ada" not in findings(broken)[0].message
    assert "Eve" not in findings(broken)[0].message
    shown = findings(broken, show_values=True)[0].message
    assert "['Ada']" in shown
    assert "among them ['Eve']" in shown


def test_an_entry_that_was_not_judged_makes_the_verdict_cannot_tell() -> None:
    """What could not be looked at is neither a pass nor a failure of the data."""
    found = findings(result(), result(success=False, error="'agee' is not a column."))
    assert [(finding.check, finding.status) for finding in found] == [
        ("expectation-failed", "pass"),
        ("expectation-error", "error"),
    ]
    assert found[1].message.endswith("could not be judged: 'agee' is not a column.")
    assert judge(found)[0] == "cannot_tell"


def test_a_suite_of_which_nothing_was_judged_does_not_pass() -> None:
    """The check of failures says that it had nothing to judge."""
    found = findings(result(success=False, error="no such column"))
    assert [finding.status for finding in found] == ["skip", "error"]


def test_columns_of_pairs_and_lists_are_named() -> None:
    """A rule on several columns speaks of all of them."""
    pair = failed(column=None, kwargs={"column_A": "low", "column_B": "high"})
    several = failed(column=None, kwargs={"column_list": ["a", "b", "c"]})
    first, second, _ = findings(pair, several)
    assert (first.columns, second.columns) == (("low", "high"), ("a", "b", "c"))


def test_both_checks_need_a_suite() -> None:
    """Without `--expectations` neither is listed."""
    assert ExpectationFailed.needs == ExpectationError.needs == ("suite",)
