"""Metrics that are forecast beside the score."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sklearn.metrics as reference
from sklearn.svm import SVC
from tests.probes.tables import amount_task, label_task, labelled, measured

from prefit.own.model import own_model
from prefit.probes import learning_curves
from prefit.probes.metrics import METRICS, Answers, Measure, measure_of
from prefit.task import METRICS as NAMES

RANDOM = np.random.default_rng(0)


def classes(n: int, count: int, skill: float = 1.0) -> tuple[Any, Answers]:
    """Return labels and probabilities that tell something of them."""
    target = np.minimum(RANDOM.integers(0, count + 1, n), count - 1)  # the last class is the most frequent
    odds = np.exp(RANDOM.normal(size=(n, count)) + skill * np.eye(count)[target])
    chances = odds / odds.sum(axis=1, keepdims=True)
    return target, Answers(chances.argmax(axis=1), chances)


def valued(name: str, target: Any, answers: Answers, count: int = 0) -> tuple[Measure, float]:
    """Return a measure and the value that it finds."""
    measure = measure_of(name, target, count)
    return measure, measure.off_curve(measure.score(target, answers).value)


def test_every_name_that_may_be_asked_for_is_computed() -> None:
    """The names that the options know are those of the metrics."""
    assert sorted(METRICS) == sorted(name for names in NAMES.values() for name in names)


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("accuracy", lambda target, said: reference.accuracy_score(target, said.predicted)),
        ("f1_macro", lambda target, said: reference.f1_score(target, said.predicted, average="macro")),
        ("log_loss", lambda target, said: reference.log_loss(target, said.chances)),
        (
            "roc_auc",
            lambda target, said: reference.roc_auc_score(
                target, said.chances if said.chances.shape[1] > 2 else said.chances[:, 1], multi_class="ovr"
            ),
        ),
    ],
)
def test_metrics_of_classes_are_those_of_scikit_learn(name: str, expected: Any, count: int) -> None:
    """A figure that has a name means what the name means elsewhere."""
    target, answers = classes(200, count)
    assert valued(name, target, answers, count)[1] == pytest.approx(expected(target, answers))


def test_rarer_class_is_the_positive_one() -> None:
    """Precision and F1 speak of the class that is looked for."""
    target, answers = classes(200, 2)
    assert np.bincount(target).argmin() == 0
    assert answers.chances is not None
    said = answers.chances.round(1)  # with ties
    answers = Answers(answers.predicted, said)
    precision = reference.average_precision_score(target == 0, said[:, 0])
    assert valued("average_precision", target, answers, 2)[1] == pytest.approx(precision)
    f1 = reference.f1_score(target, answers.predicted, pos_label=0)
    assert valued("f1", target, answers, 2)[1] == pytest.approx(f1)


def test_errors_are_those_of_scikit_learn_and_stand_on_curves_as_skill() -> None:
    """An error is told from the constant predictor's on curves, where greater is better."""
    target = RANDOM.normal(50, 3, 100)
    answers = Answers(target + RANDOM.normal(0, 1, 100))
    for name, expected in (("rmse", reference.root_mean_squared_error), ("mae", reference.mean_absolute_error)):
        measure, found = valued(name, target, answers)
        assert found == pytest.approx(expected(target, answers.predicted))
        assert measure.score(target, answers).value == pytest.approx(1 - found / measure.constant)


@pytest.mark.parametrize("name", [*NAMES["classification"], *NAMES["regression"]])
def test_constant_predictor_has_no_skill(name: str) -> None:
    """The best constant answer has the value that is called constant."""
    target: Any = classes(300, 2)[0]
    share = np.bincount(target) / 300
    said = Answers(np.full(300, 0 if name == "f1" else 1), np.tile(share, (300, 1)))
    if name in NAMES["regression"]:
        target = RANDOM.gamma(2.0, 3.0, 300)
        said = Answers(np.full(300, target.mean() if name == "rmse" else np.median(target)))
    measure, found = valued(name, target, said, 2 if name in NAMES["classification"] else 0)
    assert found == pytest.approx(measure.constant)


@pytest.mark.parametrize(("name", "count"), [("accuracy", 3), ("log_loss", 3), ("f1_macro", 3), ("rmse", 0)])
def test_blocks_are_measured_as_one(name: str, count: int) -> None:
    """Figures of parts add up to that of all rows."""
    target, answers = classes(90, 3) if count else (RANDOM.normal(size=90), Answers(RANDOM.normal(size=90)))
    measure = measure_of(name, target, count)
    blocks = [measure.score(target[part], answers.take(part)) for part in np.array_split(np.arange(90), 4)]
    assert measure.pooled(blocks).value == pytest.approx(measure.score(target, answers).value)


@pytest.mark.parametrize("name", ["accuracy", "roc_auc", "log_loss", "average_precision"])
def test_variance_is_that_between_blocks(name: str) -> None:
    """What one block says of its luck is what many blocks show."""
    blocks = [classes(400, 2) for _ in range(200)]
    measure = measure_of(name, np.concatenate([target for target, _ in blocks]), 2)
    scores = [measure.score(*block) for block in blocks]
    between = np.std([score.value for score in scores])
    assert np.sqrt(np.mean([score.variance for score in scores])) == pytest.approx(between, rel=0.25)


def test_rows_without_a_class_say_nothing_of_it() -> None:
    """An area needs both classes; a block with one of them adds nothing to the others."""
    target, answers = classes(100, 2)
    measure = measure_of("roc_auc", target, 2)
    lonely = measure.score(target[target == 1], answers.take(np.flatnonzero(target == 1)))
    both = measure.score(target, answers)
    assert np.isnan(lonely.value)
    assert measure.pooled([lonely, both]).value == pytest.approx(both.value)


def test_score_and_risks_do_not_depend_on_the_metric() -> None:
    """What is forecast beside the score changes nothing of it."""
    plain = learning_curves(labelled(), label_task(), budget_seconds=1, seed=1)
    beside = learning_curves(labelled(), label_task(), budget_seconds=1, seed=1, metric="log_loss", metric_limit=0.5)
    assert beside.forecasts == plain.forecasts
    assert plain.beside is None
    assert beside.beside is not None
    found = beside.beside.families["linear"]
    assert 0 < found.held_out.low < found.held_out.mean < found.held_out.high < beside.beside.constant
    assert found.skill.mean == pytest.approx(1 - found.held_out.mean / beside.beside.constant)
    assert found.rows_needed is not None


def test_family_that_cannot_tell_probabilities_is_named() -> None:
    """An own estimator without them ranks rows by its decision function, and has no log loss."""
    own = own_model(SVC())
    told = {"own": [own], "chosen": [own.name], "budget_seconds": 0.5}
    ranked = learning_curves(labelled(120), label_task("signal"), metric="roc_auc", **told).beside
    assert ranked is not None
    assert (ranked.chosen, ranked.failures) == (own.name, {})
    assert ranked.families[own.name].held_out.mean > 0.7
    lost = learning_curves(labelled(120), label_task("signal"), metric="log_loss", **told).beside
    assert lost is not None
    assert lost.chosen is None
    assert "predict_proba" in lost.failures[own.name]
    assert "linear" in lost.families


def test_error_of_a_number_is_forecast_in_its_unit() -> None:
    """The noise of the amount is 0.3; a linear model comes close to it."""
    found = learning_curves(measured(400), amount_task(), budget_seconds=1, metric="rmse", metric_limit=0.2).beside
    assert found is not None
    assert found.chosen == "linear"
    linear = found.families["linear"]
    assert linear.held_out.low < 0.3 < linear.held_out.high
    assert linear.held_out.mean == pytest.approx(0.3, abs=0.05)
    assert linear.curve.points[0].held_out > linear.curve.points[-1].held_out
    assert found.constant == pytest.approx(3.0, abs=0.4)
