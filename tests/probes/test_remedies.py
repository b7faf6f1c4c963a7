"""Remedies are tried on the same folds, and say what they bring."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from tests.checks.built_curves import curves, forecast
from tests.probes.tables import KINDS, amount_task, label_task, labelled, measured

from prefit.evidence import FAMILIES, Curves, Forecast, LeakPrice
from prefit.evidence.remedies import Remedy
from prefit.own.model import own_model
from prefit.probes.problem import Problem, make_problem
from prefit.probes.remedies import Situation, try_remedies
from prefit.probes.remedies.folds import FOLDS, folds, gain
from prefit.task import Task


def curves_of(chosen: str = "linear", **risks: float) -> Curves:
    """Return curves with the risks of the family to be trained; its scores are middling, and the others' no better."""
    families = dict.fromkeys((*FAMILIES, chosen), 0.7)
    return curves(families, chosen=chosen, forecasts={chosen: forecast(0.7, **risks)})


def tried(table: pa.Table, task: Task, situation: Situation, **options: Any) -> dict[str, Remedy]:
    """Try remedies and return them by name."""
    found = try_remedies(table, np.arange(table.num_rows), task, situation, **{"seconds": 60.0, **options})
    return {remedy.name: remedy for remedy in found}


def uneven(n: int = 900) -> pa.Table:
    """Give a label that one row in twelve has, which a number tells roughly."""
    return labelled(n, noise=1.5, minority=0.08)


def test_weights_find_the_rare_class() -> None:
    """A linear model at its defaults calls hardly any row rare; with weights it does, and the gain is sure."""
    table, task = uneven(), label_task("signal", "noise")
    probed = curves_of()
    weights = tried(table, task, Situation(curves=probed, own={}))["class-weights"]
    assert weights.outcome == "helps"
    assert weights.effect is not None
    assert weights.effect.delta > 0.1
    assert "class_weight='balanced'" in weights.code


def test_a_logarithm_helps_where_errors_multiply() -> None:
    """Amounts that grow exponentially with a feature are linear in it after the logarithm."""
    rng = np.random.default_rng(0)
    signal = rng.normal(size=500)
    amounts = np.exp(1.5 * signal + rng.normal(scale=0.2, size=500))
    table = pa.table({"signal": signal, "noise": rng.normal(size=500), "amount": amounts})
    probed = curves_of()
    assert tried(table, amount_task(), Situation(curves=probed, own={}))["log-target"].outcome == "helps"


def test_the_score_without_a_leak_is_the_honest_one() -> None:
    """Dropping the leak lowers the score, and that is no harm."""
    table = labelled(400, noise=2.0)
    told = np.where(np.asarray(table["label"]) == "yes", 1.0, 0.0)
    table = table.append_column("leak", pa.array(told))
    task = replace(label_task("signal", "noise", "leak"), kinds={**KINDS, "leak": "numeric"})
    leaks = LeakPrice(columns=("leak",), with_columns=1.0, without_columns=0.5, delta=0.5, low=0.4, high=0.6)
    found = tried(table, task, Situation(curves=curves_of(), leaks=leaks, own={}))
    assert found["drop-leaks"].outcome == "honest"
    assert found["drop-leaks"].effect is not None
    assert found["drop-leaks"].effect.high < 0


def test_rows_with_wrong_labels_are_left_out_of_training_only() -> None:
    """The rows that are predicted stay the same, with and without the remedy."""
    table, task = labelled(500, noise=0.1), label_task("signal", "colour")
    wrong = np.random.default_rng(1).choice(500, 200, replace=False)
    labels = np.asarray(table["label"]).copy()
    labels[wrong] = np.where(labels[wrong] == "yes", "no", "yes")
    spoilt = table.set_column(table.column_names.index("label"), "label", pa.array(labels))
    probed = curves_of("boosting")
    known = Situation(curves=probed, suspects=frozenset(wrong.tolist()), own={})
    assert tried(spoilt, task, known)["drop-suspects"].outcome == "helps"


def test_nothing_is_tried_without_a_cause() -> None:
    """On clean data only the forecast of more rows is listed."""
    table, task = labelled(600, noise=0.2), label_task("signal", "colour")
    assert set(tried(table, task, Situation(curves=curves_of(), own={}))) == {"more-rows"}


def test_rows_that_lead_to_a_constant_predictor_are_no_remedy() -> None:
    """Where there is nothing to learn, twice the rows bring a score up to that of a constant, and no further."""
    table, task = labelled(200), label_task("signal")
    probed = replace(curves_of(), forecasts={"linear": forecast(0.4, gain=Forecast(0.05, 0.04, 0.06))})
    assert "more-rows" not in tried(table, task, Situation(curves=probed, own={}))


def test_level_deep_tries_what_makes_sense_for_the_family() -> None:
    """Whatever the causes: other families, more and less regularization."""
    table, task = measured(200), amount_task()
    found = tried(table, task, Situation(curves=curves_of(), own={}), level="deep")
    assert {"more-regularization", "less-regularization", "train-forest", "train-neural"} <= set(found)


def test_a_remedy_without_gain_does_not_help() -> None:
    """Ridge on a linear relation needs no other strength; the interval holds 0 or lies below."""
    table, task = measured(200, noise=1.0), amount_task()
    probed = curves_of()
    found = tried(table, task, Situation(curves=probed, own={}), level="deep")
    assert found["more-regularization"].outcome in ("does_not_help", "harms")
    assert found["less-regularization"].outcome == "does_not_help"


def test_what_the_budget_does_not_allow_is_named() -> None:
    """Not tried is said, with the reason, and never left out."""
    table, task = uneven(), label_task("signal", "noise")
    found = tried(table, task, Situation(curves=curves_of(), own={}), seconds=1e-6)
    assert found["class-weights"].outcome == "not_tried"
    assert "budget" in found["class-weights"].reason


def test_remedies_are_ranked_by_gain() -> None:
    """The largest first, and what was not tried last."""
    table, task = uneven(300), label_task("signal", "noise")
    situation = Situation(curves=curves_of(), own={})
    found = try_remedies(table, np.arange(300), task, situation, seconds=60.0, level="deep")
    gains = [remedy.effect.delta for remedy in found if remedy.effect is not None]
    assert gains == sorted(gains, reverse=True)


def test_an_own_estimator_that_is_regularized_too_much_is_loosened() -> None:
    """Its `C` is raised a millionfold."""
    own = own_model(LogisticRegression(C=1e-6))
    table, task = uneven(), label_task("signal", "colour")
    probed = curves_of(own.name, constant_prediction=0.9)
    found = tried(table, task, Situation(curves=probed, own={own.name: own}))
    assert "set_params(C=" in found["less-regularization"].code
    assert found["less-regularization"].n_rows > 0


def test_an_own_estimator_is_scaled_on_prefits_matrix() -> None:
    """Ranks stand before it; it is no pipeline of the user, which would be given the columns of the table."""
    own = own_model(Ridge())
    table = measured(200)
    probed = curves_of("Ridge")
    found = tried(table, amount_task(), Situation(curves=probed, own={"Ridge": own}))
    assert found["scale-features"].outcome in ("does_not_help", "harms")


@pytest.fixture
def problem() -> Problem:
    """Return rows with copies."""
    table = labelled(100)
    return make_problem(pa.concat_tables([table, table]), label_task())


def test_copies_lie_in_one_fold(problem: Problem) -> None:
    """No row is predicted by a model that has seen its twin."""
    for train, held in folds(problem, 2, seed=0):
        assert not set(train % 100) & set(held % 100)


def test_few_distinct_rows_are_dealt_singly() -> None:
    """Each of the four combinations of two flags is in all training parts."""
    first, second = np.random.default_rng(0).integers(0, 2, (2, 400))
    table = pa.table({"colour": first, "flag": second, "label": first ^ second})
    for train, _ in folds(make_problem(table, label_task("colour", "flag")), 1, seed=0):
        assert len(set(zip(first[train], second[train], strict=True))) == 4


def test_every_row_is_held_out_once_in_each_repeat(problem: Problem) -> None:
    """Five folds a repeat."""
    found = list(folds(problem, 2, seed=0))
    assert len(found) == 2 * FOLDS
    assert sorted(np.concatenate([held for _, held in found[:FOLDS]])) == list(range(200))


def test_rows_in_order_of_time_are_predicted_from_earlier_ones() -> None:
    """There is one cut only, and the first rows are never predicted."""
    table = measured(60).append_column("day", pa.array(range(60)))
    task = replace(amount_task(), time="day", kinds={**amount_task().kinds, "day": "numeric"})
    for train, held in folds(make_problem(table, task), 3, seed=0):
        assert train.max() < held.min()


def test_equal_predictions_gain_nothing() -> None:
    """The interval still has a width for classes: few rows that agree prove little."""
    target = np.array([0, 1] * 10)
    effect = gain(target, target[None], target[None], 2, 1)
    assert effect.delta == 0
    assert effect.low < 0 < effect.high


@pytest.mark.parametrize("n_classes", [0, 2])
def test_the_interval_holds_the_gain_of_better_predictions(n_classes: int) -> None:
    """Over many samples, it covers the expected gain about as often as it says."""
    covered = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        target = rng.integers(0, 2, 300) if n_classes else rng.normal(size=300)
        if n_classes:
            before, after = (np.where(rng.random(300) < share, target, 1 - target)[None] for share in (0.7, 0.8))
            expected = 0.1
        else:
            before, after = (target[None] + rng.normal(scale=scale, size=(1, 300)) for scale in (0.8, 0.6))
            expected = 0.64 - 0.36
        effect = gain(target, before, after, n_classes, 1)
        covered += effect.low <= expected <= effect.high
    assert covered >= 180


@pytest.mark.parametrize("n_groups", [1, 2])
def test_few_groups_leave_folds_empty(n_groups: int) -> None:
    """What two groups say of each other is told; of one nothing can be."""
    table = uneven().append_column("site", pa.array(np.arange(900) % n_groups))
    task = label_task("signal", "noise", group="site")
    weights = tried(table, task, Situation(curves=curves_of(), own={}))["class-weights"]
    assert weights.outcome == ("not_tried" if n_groups == 1 else "helps"), weights.reason
    assert ("one group" in weights.reason) == (n_groups == 1)
