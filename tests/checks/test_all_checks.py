"""What holds for every check: ids, pages, and judgement of the emptiest tables."""

import re
from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest
from tests.checks.builders import categories, evidence, exactly, indicator, numbers

from prefit.checks import ALL
from prefit.checks.base import Check, applies, run_check, summary
from prefit.checks.pages import SECTIONS, page
from prefit.profiling.values import ColumnProfile

IDS = """
    too-few-rows too-few-rows-per-class too-many-features
    class-imbalance rare-class single-class missing-label skewed-target
    label-errors label-noise conflicting-labels
    missing-values sparse-features rare-categories empty-rows thin-support
    constant-column quasi-constant-column id-column high-cardinality duplicate-rows mixed-types numeric-as-text
    date-as-text disguised-missing infinite-values outliers inconsistent-categories text-encoding correlated-features
    unscaled-features malformed-rows unsupported-column
    target-leakage missingness-leakage order-leakage group-leakage time-leakage
    split-overlap split-drift label-drift unseen-categories unseen-class schema-mismatch
    no-signal underfitting-risk overfitting-risk constant-prediction-risk more-data-helps target-out-of-reach
    unstable-score
    unreadable-partition model-failed waiver-expired baseline-drift history-anomaly annotator-disagreement
    flat-loss-risk zero-loss-risk exploding-gradient-risk vanishing-gradient-risk ill-conditioned loss-function
    learning-rate initialization regularization
    expectation-failed expectation-error
"""
PROMISED = IDS.split()
"""The ids are stable: users have them in configuration files and waivers."""

DATA_STAGES = ("size", "classes", "labels", "sparsity", "integrity")
DATA_CHECKS = [check for check in ALL if check.stage in DATA_STAGES]

EMPTY = ColumnProfile(name="x", type="double", n_rows=0)
NULLS = ColumnProfile(name="x", type="null", n_rows=500, n_null=500)
DEGENERATE = {
    "no column": evidence(),
    "no row": evidence(EMPTY),
    "no row, a class to predict": evidence(EMPTY, target=categories("y", [])),
    "no row, a number to predict": evidence(EMPTY, target=ColumnProfile(name="y", type="double", n_rows=0)),
    "one row": evidence(numbers(rows=1, std=0.0, skewness=None), target=categories("y", [1])),
    "one row, a number to predict": evidence(categories("c", [1]), target=numbers("y", rows=1, std=None)),
    "nulls": evidence(NULLS, target=categories("y", [250, 250])),
    "null labels": evidence(numbers(rows=500), target=categories("y", [], n_null=500)),
    "all null": evidence(NULLS, target=ColumnProfile(name="y", type="double", n_rows=500, n_null=500)),
    "all NaN": evidence(ColumnProfile(name="x", type="double", n_rows=500, n_nan=500), target=categories("y", [500])),
    "all infinite": evidence(numbers(rows=500, n_infinite=500, mean=None, std=None, minimum=float("inf"))),
    "blank texts": evidence(categories("c", [], n_blank=500), n_empty_rows=500),
    "target alone": evidence(target=categories("y", [500, 500])),
}


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_id_is_promised(check: Check):
    """Every check has one of the ids that are promised to users."""
    assert check.id in PROMISED


def test_ids_are_unique_and_kebab_case():
    """An id names one check, and is written as users write it."""
    ids = [check.id for check in ALL]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", check_id) for check_id in ids)


def test_every_promised_check_of_the_profile_is_there():
    """The stages before the leaks are complete."""
    assert {check.id for check in DATA_CHECKS} == set(PROMISED[: PROMISED.index("target-leakage")])


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_check_is_a_frozen_dataclass_with_documented_limits(check: Check):
    """A check cannot be changed while it runs, and each limit says what it means."""
    assert is_dataclass(check)
    with pytest.raises(FrozenInstanceError):
        check.surprise = 1
    text = page(check.id)
    for limit in fields(check):
        assert re.search(rf"^\| `{limit.name}` \| `[^`]+` \| \S.{{20,}} \|$", text, re.MULTILINE), limit.name


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_documented_default_is_the_default(check: Check):
    """What the docstring gives as default is what the field has."""
    documented = dict(re.findall(r"^ *(\w+) : \w+, default (\S+)$", check.__doc__ or "", re.MULTILINE))
    for limit in fields(check):
        assert float(documented[limit.name]) == pytest.approx(getattr(check, limit.name), rel=1e-3)


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_page_has_all_sections(check: Check):
    """A question, six sections and the limits, none of them empty."""
    text = page(check.id)
    assert text.startswith(f"# {check.id}\n\n")
    assert summary(check).endswith("?")
    for title in (*SECTIONS, "Limits"):
        assert re.search(rf"^## {title}\n\n\S", text, re.MULTILINE), title


@pytest.mark.parametrize("case", DEGENERATE)
@pytest.mark.parametrize("check", DATA_CHECKS, ids=lambda check: check.id)
def test_degenerate_table_does_not_crash(check: Check, case: str):
    """Whatever the profile lacks, a check judges or is silent, and its finding is complete."""
    given = DEGENERATE[case]
    if not applies(check, given):
        return
    for finding in run_check(check, given):
        assert finding.status in ("pass", "warn", "fail"), finding.message
        assert finding.status == "pass" or (finding.why and finding.remedy and finding.unit)


@pytest.mark.parametrize("n_rows", [200, 1000, 200_000])
def test_clean_table_is_silent(n_rows: int):
    """Measurements, categories, flags, some missing values and two classes are no defects, in any number of rows."""
    half = n_rows // 2
    given = evidence(
        numbers("age", rows=n_rows, n_null=n_rows // 20),
        numbers("height", rows=n_rows, mean=170.0, std=10.0),
        indicator("member", n_rows // 10, rows=n_rows),
        categories("job", [half, n_rows // 4, n_rows - half - n_rows // 4]),
        target=categories("bought", [n_rows - n_rows // 10, n_rows // 10]),
    )
    found = [finding for check in DATA_CHECKS if applies(check, given) for finding in run_check(check, given)]
    assert [finding.message for finding in found if finding.status != "pass"] == []


def test_raw_values_stay_out_of_messages():
    """Categories, classes and texts are named only where the user allows it."""
    counts = [600, 390, 4, 3, 2, 1]
    given = evidence(
        categories("c", counts, distinct=exactly(6)),
        categories("d", [999, 1]),
        target=categories("y", [950, 47, 3]),
    )
    for check in DATA_CHECKS:
        for finding in run_check(check, given) if applies(check, given) else ():
            assert not re.search(r"\bv\d\b", finding.message + finding.why + finding.remedy), finding
