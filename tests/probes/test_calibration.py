"""What was learned from trainings that were carried out: small, plain numbers, and of known origin."""

import json

import numpy as np
import pytest

from prefit.probes.calibration import SHIPPED, Estimate, Facts, load_calibration

EVENTS = ("overfitting", "underfitting", "constant_prediction")


def test_it_is_small() -> None:
    """It comes with every installation, and is read with every forecast."""
    assert SHIPPED.stat().st_size < 50_000


def test_it_says_where_it_comes_from() -> None:
    """Every data set is named with its source and its licence."""
    card = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert card["trainings"] > 500
    assert len(card["data_sets"]) > 100
    assert all("; " in origin for origin in card["data_sets"].values())


@pytest.mark.parametrize("event", EVENTS)
def test_what_speaks_for_an_event_never_makes_it_less_probable(event: str) -> None:
    """Probabilities rise with each of the traits."""
    weights = load_calibration().models[event].slopes
    assert (weights >= 0).all()
    assert weights.max() > 0


@pytest.mark.parametrize("event", EVENTS)
def test_all_probabilities_are_in_use(event: str) -> None:
    """The odds go from hardly any to nearly sure over the traits that were seen."""
    model = load_calibration().models[event]
    said = [load_calibration().probability(event, model.center + away * model.spread) for away in (-3, 0, 3)]
    assert said[0] < 0.05
    assert said[-1] > 0.9


def test_errors_are_larger_farther_off() -> None:
    """A forecast for many times the rows that were probed is judged to be less sure than it says of itself."""

    def error(rows: float) -> float:
        facts = Facts(
            family="linear", numbers=False, rows=rows, probed=1000,
            train=Estimate(0.9, 0.02), held_out=Estimate(0.8, 0.02),
        )  # fmt: skip
        return load_calibration().score("held_out", facts).std

    assert np.all(np.diff([error(rows) for rows in (1000, 2000, 8000)]) > 0)
