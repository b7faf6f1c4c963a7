"""The table of causes: what may stand in it, and what it makes of real findings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.checks.test_all_checks import PROMISED
from tests.mutations import N_ROWS, N_TEST_ROWS, Array, Columns, clean, random, texts

import prefit
from prefit.causes import RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.cause}, {rule.scope}")
def test_rule_names_promised_checks_and_a_reason(rule) -> None:
    """A misspelt id would never apply, and a rule without a reason is not to be believed."""
    assert {rule.cause, *rule.explains} <= set(PROMISED)
    assert len(set(rule.explains)) == len(rule.explains) > 0
    assert rule.cause not in rule.explains or rule.scope == "not run"
    assert len(rule.because.split()) > 4


def test_what_is_explained_explains_nothing_afterwards() -> None:
    """A check is a cause only after every rule that could explain it, so that the outcome needs no second pass."""
    for place, rule in enumerate(RULES):
        later = {check for after in RULES[place:] for check in after.explains if after.scope != "not run"}
        assert rule.cause not in later, rule


def test_no_rule_is_written_twice() -> None:
    """One place says what a check explains in one way."""
    keys = [(rule.cause, rule.scope) for rule in RULES]
    assert len(set(keys)) == len(keys)


def judged(plant: Callable[[Columns], None], **options: Any) -> prefit.Report:
    """Return a quick run on clean columns that are changed in place."""
    columns = clean()
    plant(columns)
    return prefit.check(pa.table(columns), target="y", level="quick", **options)


def firing(report: prefit.Report) -> dict[str, tuple[str, ...]]:
    """Return the columns of each finding that is no pass, by its check."""
    return {finding.check: finding.columns for finding in report.findings if finding.status != "pass"}


def explained(report: prefit.Report) -> dict[str, str]:
    """Return which check explains which."""
    stories = {finding.check: re.match(r"Explained by ([a-z-]+): ", finding.message) for finding in report.findings}
    return {check: story[1] for check, story in stories.items() if story}


def answer(columns: Columns) -> Array:
    """Return the target as a number."""
    return np.asarray(columns["y"] == "yes") * 1.0


def test_leaking_column_is_one_finding() -> None:
    """A code that is filled in after the outcome is a leak; that it is rare, a copy and mostly empty comes with it."""

    def plant(columns: Columns) -> None:
        told = answer(columns) + random().normal(scale=0.01, size=N_ROWS)
        columns["refund"] = columns["refund in cents"] = told
        columns["refund in cents"] = told * 100

    report = judged(plant)
    assert firing(report) == {"target-leakage": ("refund", "refund in cents")}
    assert explained(report) == {"correlated-features": "target-leakage"}
    assert "Seen also as correlated-features." in report.findings[0].message


def test_other_copies_stay_beside_a_leak() -> None:
    """A copy that has nothing to do with the leak keeps its finding, in its own words."""

    def plant(columns: Columns) -> None:
        columns["refund"] = answer(columns) + random().normal(scale=0.01, size=N_ROWS)
        columns["refund in cents"] = columns["refund"] * 100
        columns["a in inches"] = columns["a"] / 2.54

    report = judged(plant)
    assert firing(report)["correlated-features"] == ("a in inches",)
    stays, goes = (finding for finding in report.findings if finding.check == "correlated-features")
    assert "refund" not in stays.message + stays.remedy
    assert (goes.status, goes.columns) == ("pass", ("refund in cents",))


def test_gaps_that_leak_are_no_mere_gaps() -> None:
    """A column that is empty where the answer is yes leaks; that it is mostly empty is no second fault."""

    def plant(columns: Columns) -> None:
        columns["reason"] = pa.array(random().normal(size=N_ROWS), mask=columns["y"] == "yes")

    report = judged(plant)
    assert firing(report) == {"missingness-leakage": ("reason",)}
    assert explained(report) == {"missing-values": "missingness-leakage"}


def test_question_marks_among_numbers_are_one_finding() -> None:
    """That the column is text, and full of values that do not come again, follows from the question marks."""

    def plant(columns: Columns) -> None:
        columns["a"] = texts(columns["a"])
        columns["a"][::15] = "?"

    report = judged(plant)
    assert firing(report) == {"disguised-missing": ("a",)}
    assert explained(report) == {"numeric-as-text": "disguised-missing"}


def test_empty_rows_are_no_copies() -> None:
    """Rows without a value equal one another, and say so once."""

    def plant(columns: Columns) -> None:
        for name in set(columns) - {"y"}:
            columns[name] = pa.array([None] * 30 + pa.array(columns[name]).to_pylist()[30:])

    report = judged(plant)
    assert list(firing(report)) == ["empty-rows"]
    assert explained(report) == {"duplicate-rows": "empty-rows", "conflicting-labels": "empty-rows"}


def test_constant_target_is_one_finding() -> None:
    """What cannot be modelled for want of a second class was not left out by prefit."""

    def plant(columns: Columns) -> None:
        columns["y"][:] = "yes"

    report = judged(plant)
    assert firing(report) == {"single-class": ("y",)}
    assert "Not judged for this reason: target-leakage" in report.findings[0].message
    assert report.verdict == "not_ready"
    assert report.counts["skip"] == 0


def test_second_class_written_as_nothing_is_one_finding() -> None:
    """Where only one answer is written down, the gaps are the other one."""

    def plant(columns: Columns) -> None:
        columns["y"][columns["y"] == "no"] = None

    report = judged(plant)
    assert firing(report) == {"single-class": ("y",)}
    assert explained(report) == {"missing-label": "single-class"}


def test_rare_class_is_no_imbalance_too() -> None:
    """Four rows of a class are too few, whatever their share."""

    def plant(columns: Columns) -> None:
        columns["y"][:4] = "perhaps"

    report = judged(plant)
    assert firing(report) == {"rare-class": ("y",)}
    assert explained(report) == {"class-imbalance": "rare-class"}


def test_new_category_is_no_drift_too() -> None:
    """Test rows that differ by a new category differ by nothing else."""
    test = clean(N_TEST_ROWS, seed=1)
    test["town"][:60] = "Nice"
    report = judged(lambda columns: None, test=pa.table(test))
    assert firing(report) == {"unseen-categories": ("town",)}
    assert explained(report) == {"split-drift": "unseen-categories"}


def test_copies_dealt_to_both_sides_are_one_finding() -> None:
    """Test rows that are copies of training rows say that there are copies."""
    order = random().permutation([*range(N_ROWS), *range(200)])
    rows = pa.table(clean()).take(pa.array(order))
    report = prefit.check(rows.slice(0, 500), test=rows.slice(500), target="y", level="quick")
    assert list(firing(report)) == ["split-overlap"]
    assert explained(report) == {"duplicate-rows": "split-overlap"}


def test_column_that_test_data_lack_stops_the_comparison_once() -> None:
    """That whole rows cannot be compared follows from the columns."""
    test = clean(N_TEST_ROWS, seed=1)
    del test["b"]
    report = judged(lambda columns: None, test=pa.table(test))
    assert firing(report) == {"schema-mismatch": ("b",)}
    assert report.counts["skip"] == 0


def test_waived_leak_brings_its_other_faults_back() -> None:
    """Who accepts a column as it is must hear what else is wrong with it."""

    def plant(columns: Columns) -> None:
        columns["refund"] = answer(columns) + random().normal(scale=0.01, size=N_ROWS)
        columns["refund in cents"] = columns["refund"] * 100

    rule = {"check": "target-leakage", "reason": "known in time", "owner": "ada", "expires": dt.date(2999, 1, 1)}
    report = judged(plant, waivers=[rule])
    live = {finding.check for finding in report.findings if finding.status != "pass" and not finding.waived}
    assert live == {"correlated-features"}
