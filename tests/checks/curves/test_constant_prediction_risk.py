"""Tests of ``constant-prediction-risk``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status
from tests.checks.built_curves import curves, forecast, judged_curves

from prefit.checks.curves.constant_prediction_risk import ConstantPredictionRisk
from prefit.evidence import SingleFeature

CHECK = ConstantPredictionRisk()


def collapsed(others: float = 0.5, probability: float = 0.9):
    """A linear model that predicts a constant, beside a forest with a score."""
    forecasts = {"linear": forecast(0.5, constant_prediction=probability), "forest": forecast(others)}
    return curves({"linear": 0.5, "forest": others}, chosen="linear", forecasts=forecasts)


@pytest.mark.parametrize(("probability", "expected"), [(0.5, "pass"), (0.51, "fail")])
def test_probability_above_a_half_fails(probability, expected):
    """At even odds it is not yet a failure; the probability is shown either way."""
    found = judged(CHECK, judged_curves(collapsed(0.8, probability)))
    assert (found.status, found.measured) == (expected, probability)


def test_healthy_curves_pass():
    """A model that tells the rows apart is no concern."""
    assert status(CHECK, judged_curves(curves(0.8))) == "pass"


def test_imbalance_is_the_cause_when_another_family_sees_the_signal():
    """A frequent class hides a signal that the forest finds: class weights are the remedy."""
    found = judged(CHECK, judged_curves(collapsed(0.8), shares=(900, 100)))
    assert "hides the signal that family 'forest' shows" in found.message
    assert "class_weight" in found.remedy


def test_imbalance_is_the_cause_when_a_column_sees_the_signal():
    """So does a single column, where every model at its defaults gives up."""
    alone = (SingleFeature(column="age", skill=0.5, low=0.3, high=0.7, missing_skill=0.0),)
    found = judged(CHECK, judged_curves(collapsed(0.5), shares=(970, 30), single_features=alone))
    assert "column 'age'" in found.message


def test_family_is_the_cause_when_classes_are_balanced():
    """Where classes are balanced and another family succeeds, the family is the cause."""
    found = judged(CHECK, judged_curves(collapsed(0.8)))
    assert "cannot use the signal" in found.message
    assert "--model forest" in found.remedy


def test_missing_signal_is_the_cause_when_no_family_succeeds():
    """Where nothing beats the constant, the features are the cause."""
    assert "no family finds a signal" in judged(CHECK, judged_curves(collapsed(0.5))).message


def test_constant_features_are_the_cause():
    """Features with one value each cannot tell rows apart."""
    given = evidence(categories("c", [1000]), target=categories("y", (500, 500)), curves=collapsed(0.5))
    assert "no feature has two values" in judged(CHECK, given).message


def test_family_that_failed_is_skipped():
    """Without a forecast there is nothing to judge."""
    given = judged_curves(curves({"linear": 0.8}, chosen="neural", failures={"neural": "no"}))
    assert status(CHECK, given) == "skip"


def test_columns_of_numbers_are_not_constant():
    """The builder's healthy table keeps the cause apart from degenerate features."""
    given = evidence(numbers("x"), target=categories("y", (500, 500)), curves=collapsed(0.5))
    assert "no feature has two values" not in judged(CHECK, given).message
