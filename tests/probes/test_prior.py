"""The prior: data that comes with the package, read without trust, small, and of no effect where it knows nothing."""

import json

import numpy as np
import pytest

from prefit.probes.joint import JointCurves, look
from prefit.probes.prior import SHIPPED, load_prior
from prefit.probes.traits import traits

SIZES = np.array([16.0, 23, 32, 46, 64, 91, 128, 182, 256])
SCORES = 0.9 - 0.4 * (SIZES / 16) ** -0.5


def test_it_is_small() -> None:
    """It comes with every installation."""
    assert SHIPPED.stat().st_size < 300_000


def test_it_says_where_it_comes_from() -> None:
    """Source, licence and data sets are named beside the arrays."""
    card = json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["licence"] == "MIT"
    assert len(card["openml_data_sets"]) > 100


def test_it_holds_numbers_only() -> None:
    """Nothing in it is run when it is read: no array holds objects."""
    with np.load(SHIPPED, allow_pickle=False) as file:
        assert {file[name].dtype.kind for name in file.files} == {"f", "u"}


def test_its_quantiles_ascend() -> None:
    """A higher probability has a higher quantile, at each distance and for each kind of score."""
    for table in load_prior().quantiles.values():
        assert (np.diff(table, axis=1) >= 0).all()


def test_it_has_traits_for_each_input() -> None:
    """What is computed from a curve is what the networks were fitted on."""
    found = traits(look(SIZES, SCORES[None]), 1024.0)
    assert found.shape == (1, len(load_prior().center))


def test_traits_do_not_depend_on_the_other_curves() -> None:
    """A curve among others looks as it does alone."""
    many = np.stack([SCORES, SCORES - 0.2, np.full(9, 0.5)])
    together, alone = (traits(look(SIZES, curves), 1024.0) for curves in (many, many[1:2]))
    np.testing.assert_allclose(together[1], alone[0], atol=1e-9)


def test_unknown_training_scores_are_unknown_traits() -> None:
    """What is not known is NaN, which the networks read as a mean curve, and nothing else changes its place."""
    known = traits(look(SIZES, SCORES[None], train_scores=np.ones((1, 9)), scores_std=np.full((1, 9), 0.02)), 1024.0)
    unknown = traits(look(SIZES, SCORES[None]), 1024.0)
    assert known.shape == unknown.shape
    assert np.isnan(unknown).sum() > np.isnan(known).sum()


def test_inside_the_curve_it_is_not_asked() -> None:
    """What was seen needs no prior: the forecast at an observed size is the fit."""
    curves = JointCurves(look(SIZES, SCORES[None]), load_prior())
    assert curves.held_out(256.0).mean[0] == pytest.approx(SCORES[-1], abs=0.005)


def test_forecasts_begin_where_the_curve_ends() -> None:
    """Just beyond the last size nothing jumps."""
    curves = JointCurves(look(SIZES, SCORES[None]), load_prior())
    at_the_end, beyond = (curves.held_out(size).mean[0] for size in (256.0, 257.0))
    assert beyond == pytest.approx(at_the_end, abs=0.002)


def test_training_scores_are_forecast_too() -> None:
    """Training scores that fall are expected to fall on, and stay above the held-out scores."""
    curves = JointCurves(look(SIZES, SCORES[None], train_scores=np.linspace(1, 0.92, 9)[None]), load_prior())
    assert curves.held_out(1024.0).mean[0] < curves.train(1024.0).mean[0] < 0.92


def test_training_scores_that_were_not_given_are_not_forecast() -> None:
    """There is nothing to continue."""
    with pytest.raises(ValueError, match="train_scores must be known"):
        JointCurves(look(SIZES, SCORES[None]), load_prior()).train(1024.0)
