"""Advice for a whole plan, measured on folds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.probes.advice.made import amounts, classes, numbers

from prefit.errors import UsageError
from prefit.plan import TrainingPlan
from prefit.probes.advice import advise, pretrained_or_random
from prefit.probes.advice.advise import trial_plan
from prefit.probes.advice.matrix import Numbers
from prefit.probes.advice.settings import network_penalty
from prefit.probes.advice.trials import Trials, Variant
from prefit.task import Task


def test_good_plan_stays() -> None:
    """On clean, scaled, balanced data the default plan gets no change."""
    advice = advise(classes(600), TrainingPlan(), planned_rows=600, seconds=0.6)
    assert advice.changes == {}
    assert advice.effect is None


def test_raw_inputs_are_scaled() -> None:
    """Inputs in the thousands without scaling: standardizing is advised, with its gain."""
    advice = advise(
        classes(scale=3_000), TrainingPlan(scaling="none", optimizer="sgd"), planned_rows=400, seconds=0.6
    )  # fmt: skip
    assert advice.scaling.advised == "standard"
    assert advice.scaling.pays
    assert advice.changes["scaling"] == "standard"
    assert advice.effect is not None
    assert advice.effect.low > 0


def test_rare_class_gets_weights() -> None:
    """With 4 % positives the balanced accuracy gains by weights."""
    advice = advise(classes(1_500, minority=0.04), TrainingPlan(epochs=3), planned_rows=1_500, seconds=0.8)
    assert advice.loss.advised == "cross_entropy with class weights"
    assert advice.changes == {"class_weights": True}


@pytest.mark.parametrize(("planned", "is_beside"), [(1e-3, True), (1e-2, False)])
def test_what_was_tried_beside_other_changes_says_so(planned: float, is_beside: bool) -> None:
    """An effect that was measured with another rate than the planned one is not that of the change alone."""
    now = Variant(TrainingPlan(learning_rate=1e-2, epochs=2))
    trials = Trials(classes(200), planned=Variant(TrainingPlan(learning_rate=planned, epochs=2)))
    _, choice = network_penalty(trials, now, None)
    assert "was tried" in choice.why
    assert ("beside the other changes that are advised" in choice.why) == is_beside


def test_deep_sigmoid_gets_another_activation() -> None:
    """Ten sigmoid layers pass no gradient on; relu is advised with what becomes of the gradient."""
    advice = advise(classes(), TrainingPlan(depth=10, activation="sigmoid"), planned_rows=400, seconds=1.6)
    start = advice.initialization
    assert start.choice.advised == "he with relu"
    assert start.choice.measured["gradient_ratio"] < 1e-3 < start.choice.measured["gradient_ratio_advised"]
    assert len(start.gradient) == 10


def test_plan_with_several_faults_gives_way_to_the_default() -> None:
    """Weights of zero in a deep network on raw inputs: no single change mends it."""
    plan = TrainingPlan(
        depth=6, initialization="zero", activation="tanh", scaling="none", optimizer="sgd", learning_rate=1e-4
    )
    advice = advise(classes(scale=1e-3), plan, planned_rows=400, seconds=1.2)
    assert advice.effect is not None
    assert advice.effect.low > 0.1


def test_wrong_loss_is_refused() -> None:
    """A loss of classes on numbers makes no sense."""
    with pytest.raises(UsageError, match="loss must suit"):
        advise(amounts(), TrainingPlan(loss="cross_entropy"), planned_rows=400, seconds=0.5)


def test_trials_take_the_planned_steps_where_they_can() -> None:
    """On fewer rows than planned the trials take more epochs; dear layers are narrowed."""
    made = classes(400)
    _, plan = trial_plan(TrainingPlan(epochs=2), made, 4_000, seconds=30.0)
    assert plan.epochs == 25
    _, narrow = trial_plan(TrainingPlan(width=4_096), made, 400, seconds=3.0)
    assert narrow.width < 1_024


def test_equal_seeds_give_equal_advice() -> None:
    """Nothing depends on a clock."""
    first, second = (advise(classes(200), TrainingPlan(), planned_rows=200, seconds=0.3) for _ in range(2))
    assert first == second


def test_embedding_is_compared_with_the_other_columns() -> None:
    """An embedding that knows the label beats raw columns that hardly do."""
    made = classes(400, 6)
    raw = np.random.default_rng(0).normal(size=(400, 2)) + 0.1 * made.target[:, None]
    both = numbers(np.hstack([made.matrix, raw]), made.target, 2)
    both = Numbers(both.matrix, both.target, 2, both.fold, ("vector",) * 6 + ("a", "b"))
    kinds = {"vector": "embedding", "a": "numeric", "b": "numeric"}
    task = Task(target="y", kind="classification", features=("vector", "a", "b"), kinds=kinds)  # type: ignore[arg-type]
    found = pretrained_or_random(both, task, planned_rows=1_000)
    assert found is not None
    assert found.advised == "pretrained"
    assert found.crossing_rows is None
    assert pretrained_or_random(replace_owners(both), replace(task, features=("a", "b")), planned_rows=10) is None


def replace_owners(made: Numbers) -> Numbers:
    """Return the sample as if no column were an embedding."""
    return Numbers(made.matrix, made.target, made.n_classes, made.fold, ("a",) * made.matrix.shape[1])


def test_trials_that_are_too_dear_are_said() -> None:
    """Where there is a candidate and no trial, the advice does not say that the plan suits the data."""
    advice = advise(classes(minority=0.04), TrainingPlan(epochs=200), planned_rows=100_000, seconds=1e-3)
    for choice in (advice.loss, advice.learning_rate.choice, advice.regularization.network):
        assert "larger --budget" in choice.why
        assert choice.untried
        assert not choice.is_named
    assert "about as well" not in advice.learning_rate.why


def test_setting_that_the_plan_names_is_known_for_it() -> None:
    """What a user chose is to be judged, and what is left open is not."""
    plan = TrainingPlan(loss="hinge", activation="tanh", weight_decay=0.1, learning_rate=0.1, epochs=200)
    advice = advise(classes(), plan, planned_rows=100_000, seconds=1e-3)
    for choice in (advice.loss, advice.initialization.choice, advice.regularization.network):
        assert choice.is_named
    assert advice.loss.untried
    assert not advice.scaling.is_named


def test_class_of_a_few_rows_is_said() -> None:
    """Of three rows none can be sure to be in the folds that matter."""
    advice = advise(classes(minority=3 / 400), TrainingPlan(epochs=2), planned_rows=400, seconds=0.3)
    assert "3 rows in the trials, too few to tell" in advice.loss.why


def test_fewer_groups_than_folds_are_said() -> None:
    """Nothing is tried, and the range of the learning rate is known all the same."""
    made = classes()
    two = Numbers(made.matrix, made.target, 2, made.fold % 2, made.owners)
    advice = advise(two, TrainingPlan(depth=1, learning_rate=0.1), planned_rows=400, seconds=0.3)
    for choice in (advice.learning_rate.choice, advice.regularization.linear):
        assert "at least five groups" in choice.untried
        assert choice.is_named
    assert advice.learning_rate.curve


def test_linear_model_that_fails_has_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Losses that are no numbers are no curve either."""
    monkeypatch.setattr("prefit.probes.advice.penalties._path", lambda *_: iter([np.nan] * 99))
    found = advise(classes(), TrainingPlan(depth=1, epochs=2), planned_rows=400, seconds=0.2).regularization
    assert "could not be fitted" in found.linear.untried
    assert found.linear.is_named


def test_dear_curve_is_left_out_or_cut_short() -> None:
    """300 rows of 400 columns in a hundredth of a second: no curve for a network, a short one for a linear plan."""
    wide = classes(p=400)
    network = advise(wide, TrainingPlan(epochs=1), planned_rows=400, seconds=0.01).regularization
    linear = advise(wide, TrainingPlan(depth=1, epochs=1), planned_rows=400, seconds=0.01).regularization
    assert network.curve == ()
    assert network.linear.untried
    assert {point.kind for point in linear.curve} == {"l2"}


@pytest.mark.parametrize("n", [161, 309])
def test_trials_of_few_rows_are_never_too_dear(n: int) -> None:
    """Their epochs are rounded, and may hold a step less than is planned."""
    advice = advise(classes(n), TrainingPlan(learning_rate=0.01), planned_rows=n, seconds=3.0)
    assert advice.learning_rate.untried == ""
    assert advice.learning_rate.is_named
