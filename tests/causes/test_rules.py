"""The table of causes: what may stand in it, and what it makes of real findings."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from tests.checks.test_all_checks import PROMISED

import prefit
from prefit.causes import RULES
from prefit.finding import Finding

N_ROWS = 600


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


def table(**columns: object) -> pa.Table:
    """Return 600 rows with a learnable label, to which columns are added or of which they replace some."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(N_ROWS, 3))
    label = np.where(x[:, 0] + x[:, 1] + rng.normal(scale=0.7, size=N_ROWS) > 0, "yes", "no")
    return pa.table({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "label": label} | columns)


def judged(data: pa.Table, **options: object) -> dict[str, list[Finding]]:
    """Return the findings of a quick run by their check."""
    report = prefit.check(data, target="label", level="quick", **options)
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.check, []).append(finding)
    assert all(first.status != "pass" or second.status == "pass" for first, second in pairwise(report.findings))
    return found


def firing(found: dict[str, list[Finding]]) -> set[str]:
    """Return the checks that have a finding which is no pass."""
    return {check for check, findings in found.items() if any(finding.status != "pass" for finding in findings)}
