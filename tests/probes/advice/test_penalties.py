"""Type and strength of a penalty by validation curve."""

from __future__ import annotations

import numpy as np
import pytest
from tests.probes.advice.made import amounts, classes

from prefit.probes.advice.matrix import Numbers
from prefit.probes.advice.penalties import LinearPenalty, best_penalty, constructor, linear_model, penalty_points


def test_noise_columns_call_for_a_stronger_penalty() -> None:
    """With far more noise than signal, the default overfits and the advised penalty surely gains."""
    curve = LinearPenalty(classes(200, 120))
    _, strength, choice, fraction = best_penalty(curve, planned_rows=200)
    assert choice.effect is not None
    assert choice.effect.low > 0
    assert strength < 1
    assert fraction > 0.1
    assert choice.advised == constructor(*curve.best()[:1], strength, 2)


def test_nothing_surely_pays_where_the_default_is_as_good() -> None:
    """On a clean problem with many rows the best penalty is told, and no gain is claimed for it."""
    _, _, choice, _ = best_penalty(LinearPenalty(classes(1_000, 3)), planned_rows=1_000)
    assert choice.planned == "LogisticRegression(C=1)"
    assert not choice.pays


def test_sparse_coefficients_are_found_by_l1() -> None:
    """Two active columns of 120 call for L1."""
    assert LinearPenalty(classes(300, 120)).best()[0] == "l1"


def test_l2_keeps_its_strength_on_more_rows_and_l1_is_moved() -> None:
    """The loss is a sum over rows: C of L2 stays, that of L1 shrinks with the square root."""
    curve = LinearPenalty(classes(300, 120))
    small, large = (best_penalty(curve, planned_rows=n)[1] for n in (1_000, 4_000))
    assert curve.best()[0] == "l1"
    assert small / large == pytest.approx(2)


def test_alpha_of_lasso_is_in_units_of_the_target() -> None:
    """A target in cents has a penalty a hundred times that of one in euros."""
    euros = amounts(200, 80)
    cents = Numbers(euros.matrix, 100 * euros.target, 0, euros.fold, euros.owners)
    (kind, small, *_), (same, large, *_) = (best_penalty(LinearPenalty(n), planned_rows=200) for n in (euros, cents))
    assert kind == same == "l1"
    assert large / small == pytest.approx(100)


@pytest.mark.parametrize("made", [classes(300, 8), amounts(300, 8)], ids=["classes", "numbers"])
def test_curve_agrees_with_the_models_that_are_advised(made: Numbers) -> None:
    """The loss of a fold is that of scikit-learn's model on it."""
    from prefit.probes.advice.matrix import standardized

    curve = LinearPenalty(made)
    train, held = made.parts(0, curve.n_folds)
    inputs, unseen = standardized(made.matrix[train], made.matrix[held])
    model = linear_model("l2", 0.1, made.n_classes).fit(inputs, made.target[train])
    if made.n_classes:
        loss = -np.log(model.predict_proba(unseen)[np.arange(len(held)), made.target[held]]).mean()
    else:
        squares = (made.target[held] - model.predict(unseen)) ** 2
        loss = squares.mean() / ((made.target[held] - made.target[train].mean()) ** 2).mean()
    assert curve.losses["l2", 10.0**-1.0][0] == pytest.approx(loss, rel=1e-3)


def test_points_have_an_error() -> None:
    """Each point of the curve says how far folds differ."""
    points = penalty_points(LinearPenalty(amounts(100)))
    assert {point.kind for point in points} == {"l1", "l2"}
    assert all(point.error >= 0 for point in points)
