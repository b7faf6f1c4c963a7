"""Tests of ``annotator-disagreement``."""

from dataclasses import replace

import numpy as np
import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.run.annotator_disagreement import AnnotatorDisagreement
from prefit.evidence.annotation import Annotation, Annotator, Consensus
from prefit.task import Annotators


def said(*, high=0.9, accuracies=(0.9, 0.9, 0.9), contradicted=0, long=False, show_values=False):
    """Return measurements of three annotators of a thousand rows."""
    consensus = Consensus(
        positions=np.arange(1000) + 7,
        given=np.zeros(1000, np.int64),
        label=np.zeros(1000, np.int64),
        posterior=np.full(1000, 0.95),
        given_posterior=np.where(np.arange(1000) < contradicted, 0.05, 0.95),
    )
    found = Annotation(
        alpha=high - 0.05,
        low=high - 0.1,
        high=high,
        n_items=1000,
        n_labels=3000,
        annotators=tuple(
            Annotator(name=name, n_labels=1000, accuracy=each, low=each - 0.02, high=each + 0.02, highest=each + 0.02)
            for name, each in zip(("ann", "bob", "eve"), accuracies, strict=True)
        ),
        classes=("a", "b"),
        consensus=consensus,
        long=long,
    )
    made = evidence(numbers("x"), target=categories("y", [500, 500]), annotation=found, show_values=show_values)
    columns = Annotators(columns=("image", "who", "answer") if long else ("ann", "bob", "eve"), long=long)
    return replace(made, task=replace(made.task, annotators=columns))


@pytest.mark.parametrize(("high", "expected"), [(0.667, "pass"), (0.66, "warn")])
def test_the_whole_interval_of_alpha_must_be_too_low(high, expected):
    """Few items leave it open whether people agree."""
    assert status(AnnotatorDisagreement(), said(high=high)) == expected


@pytest.mark.parametrize(("accuracy", "expected"), [(0.78, "pass"), (0.77, "warn")])
def test_an_annotator_is_named_who_is_surely_worse_than_the_others(accuracy, expected):
    """By more than a tenth, the interval considered."""
    assert status(AnnotatorDisagreement(), said(accuracies=(0.9, accuracy, 0.9))) == expected


def test_the_worst_of_many_annotators_may_have_had_bad_luck():
    """The bound that holds for all of them decides, not the interval of one."""
    given = said(accuracies=(0.9, 0.7, 0.9))
    found = given.annotation
    unlucky = tuple(replace(each, highest=each.accuracy + 0.15) for each in found.annotators)
    given = replace(given, annotation=replace(found, annotators=unlucky))
    assert status(AnnotatorDisagreement(), given) == "pass"


def test_the_careless_annotator_is_named():
    """By the column, with how often he is right."""
    found = judged(AnnotatorDisagreement(), said(accuracies=(0.9, 0.5, 0.9)))
    assert found.message.startswith("Annotator 'bob' is right in 50 % of 1,000 labels")
    assert found.columns == ("bob",)


def test_annotators_that_are_cell_values_are_hidden():
    """In a table of annotations names are data."""
    assert "bob" not in judged(AnnotatorDisagreement(), said(accuracies=(0.9, 0.5, 0.9), long=True)).message
    shown = said(accuracies=(0.9, 0.5, 0.9), long=True, show_values=True)
    assert "'bob'" in judged(AnnotatorDisagreement(), shown).message


@pytest.mark.parametrize(("contradicted", "expected"), [(30, "pass"), (31, "warn")])
def test_target_must_not_be_contradicted_in_many_rows(contradicted, expected):
    """Three in a hundred are the limit."""
    assert status(AnnotatorDisagreement(), said(contradicted=contradicted)) == expected


def test_careless_annotator_explains_that_they_disagree():
    """One cause is one finding; what the target says is another one."""
    found = list(AnnotatorDisagreement().judge(said(high=0.5, accuracies=(0.9, 0.5, 0.9), contradicted=100)))
    assert [each.measured for each in found] == [0.5, 0.1]
