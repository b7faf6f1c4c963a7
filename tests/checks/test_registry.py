"""Tests of the registry: which checks there are, with which limits, and which are run."""

import pytest

from prefit.checks import ALL, by_id, configured, select
from prefit.errors import UsageError


def limit(checks, check_id: str, name: str):
    """Return a limit of one of the checks."""
    return next(getattr(check, name) for check in checks if check.id == check_id)


def test_defaults_are_all_checks():
    """Without overrides every check has its default limits."""
    assert configured({}) == ALL == tuple(by_id().values())


def test_override_changes_one_limit_of_one_check():
    """The other checks, and the registry, stay as they are."""
    checks = configured({"missing-values": {"max_fraction": 0.8}})
    assert limit(checks, "missing-values", "max_fraction") == 0.8
    assert limit(ALL, "missing-values", "max_fraction") == 0.5
    assert sum(ours != default for ours, default in zip(checks, ALL, strict=True)) == 1


def test_whole_number_is_a_number():
    """A limit of 1 is a limit of 1.0."""
    assert limit(configured({"missing-values": {"max_fraction": 1}}), "missing-values", "max_fraction") == 1


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"mising-values": {}}, r"checks\.mising-values is not a check; .*Did you mean 'missing-values'\?"),
        ({"missing-values": {"max_share": 1}}, "max_share is not a limit of the check; limits: max_fraction"),
        ({"missing-values": {"max_fraction": "half"}}, r"must be of type float; got 'half'\. Its default is 0\.5"),
        ({"missing-values": {"max_fraction": True}}, "must be of type float; got True"),
        ({"missing-values": {"max_fraction": float("nan")}}, "must be of type float; got nan"),
        ({"missing-values": {"max_fraction": 60}}, r"must be from 0 to 1; got 60\. Its default is 0\.5"),
        ({"baseline-drift": {"max_share": -0.1}}, r"must be from 0 to 1; got -0\.1"),
        ({"thin-support": {"min_rows": 2.5}}, r"must be of type int; got 2\.5"),
        ({"single-class": {"limit": 1}}, "It has no limits to set"),
        ({"single-class": 1}, r"must be a table of limits; got 1\. Write it as \[checks\.single-class\]"),
    ],
)
def test_wrong_override_is_refused_with_the_next_step(overrides, message):
    """Names and types are checked before anything is read."""
    with pytest.raises(UsageError, match=message):
        configured(overrides)


def test_stages_and_ids_select():
    """`only` and `skip` take both."""
    ids = {check.id for check in select(ALL, only=["size", "outliers"], skip=["too-few-rows"])}
    assert ids == {"too-few-rows-per-class", "too-many-features", "outliers"}


def test_nothing_given_selects_all():
    """Empty and absent options mean the same."""
    assert select(ALL) == select(ALL, [], []) == ALL


def test_skip_of_a_stage_leaves_the_others():
    """A whole stage can be left out."""
    assert {check.stage for check in select(ALL, skip=["integrity"])} == {check.stage for check in ALL} - {"integrity"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"only": ["sise"]}, r"only must name stages or checks; got 'sise'\..* Did you mean 'size'\?"),
        ({"skip": ["outlier"]}, r"skip must name stages or checks; got 'outlier'\..* Did you mean 'outliers'\?"),
        ({"only": ["size"], "skip": ["size"]}, r"leave no check"),
    ],
)
def test_wrong_selection_is_refused(given, message):
    """A misspelt name must not pass for a check that ran."""
    with pytest.raises(UsageError, match=message):
        select(ALL, **given)
