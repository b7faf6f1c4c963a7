"""The probe of estimators with ``partial_fit``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge, SGDClassifier, SGDRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.probes.own_steps.estimators import Counting, OneColumn, Raising
from tests.probes.tables import amount_task, label_task, labelled, measured

from prefit.evidence.network import NetworkProbe
from prefit.own.model import own_model
from prefit.plan import TrainingPlan
from prefit.probes.own_steps import learns_by_steps, probe_steps
from prefit.probes.problem import Problem, make_problem
from prefit.probes.training.inputs import encoded


def classes(*features: str, n: int = 240) -> Problem:
    """Return a small classification, by default with a number that tells the class."""
    return make_problem(labelled(n), label_task(*(features or ("signal", "flag"))), given=True)


def amounts() -> Problem:
    """Return a small regression."""
    return make_problem(measured(), amount_task(), given=True)


def probed(estimator: Any, problem: Problem, seconds: float = 0.3) -> NetworkProbe:
    """Probe an estimator for a moment."""
    return probe_steps(
        own_model(estimator),
        problem,
        lambda: encoded(problem, 0)[0],
        TrainingPlan(),
        seed=0,
        n_rows_planned=problem.n_rows,
        seconds=seconds,
    )


@pytest.mark.parametrize(
    ("estimator", "loss"),
    [
        (SGDClassifier(learning_rate="invscaling", eta0=0.05), "hinge"),
        (SGDClassifier("log_loss", learning_rate="invscaling", eta0=0.05), "cross_entropy"),
        (MLPClassifier(batch_size=16, learning_rate_init=0.01), "cross_entropy"),
    ],
)
def test_classifier_that_learns_has_low_risks(estimator: Any, loss: str) -> None:
    """Its loss falls from that of equal outputs, and a batch is learnt by heart."""
    found = probed(estimator, classes())
    assert found.probe is not None
    assert found.trace is not None
    assert found.trace.loss == loss
    assert found.trace.losses[0] == (0, pytest.approx(1, abs=0.4))
    assert found.trace.losses[-1][1] < 0.8 < found.trace.without_inputs
    assert found.trace.one_batch < 0.8
    assert found.probe.risks.flat_loss < 0.5
    assert found.probe.risks.exploding_gradient < 0.5
    assert not found.causes


def test_regressor_is_judged_in_units_of_its_target() -> None:
    """A linear model of a number: the loss of the first step is near that of the mean, the last far below."""
    found = probed(SGDRegressor(), amounts(), seconds=1)
    assert found.trace is not None
    assert (found.trace.loss, found.trace.reference) == ("mse", pytest.approx(1))
    assert found.trace.losses[-1][1] < 0.3
    assert found.probe is not None
    assert found.probe.plan.batch_size == 1  # a step for each row
    assert found.probe.steps == found.probe.steps_planned == 10 * 240


def test_inputs_that_are_not_scaled_explode_and_scaling_is_probed() -> None:
    """The most frequent failure of linear models by gradient descent is foreseen, with what removes it."""
    table = labelled(240)
    table = table.set_column(0, "signal", [table["signal"].to_numpy() * 1e5])
    problem = make_problem(table, label_task("signal", "flag"), given=True)
    found = probed(SGDClassifier(learning_rate="constant", eta0=0.01), problem)
    assert found.probe is not None
    assert found.probe.risks.exploding_gradient > 0.5
    cause = found.causes[0]
    assert cause.cause == "the inputs are not scaled"
    assert cause.remedies[0].change == {"scaling": "standard"}
    assert cause.remedies[0].risk < 0.5
    assert not probed(make_pipeline(StandardScaler(), SGDRegressor()), amounts()).causes


def test_gradient_that_fades_is_told_by_layer() -> None:
    """Eight layers of the logistic function: the gradient is there by layer, and relu is probed to help."""
    deep = MLPClassifier((16,) * 8, activation="logistic", batch_size=16)
    found = probed(deep, classes())
    assert found.probe is not None
    assert len(found.layers) == len(found.probe.layers) == 9
    assert found.probe.gradient_ratio < 1e-3
    assert found.probe.risks.vanishing_gradient > 0.5
    assert {cause.risk for cause in found.causes} == {"flat_loss", "vanishing_gradient"}


def test_numbers_that_overflow_are_an_explosion_and_no_failure() -> None:
    """Estimators raise when their weights are no numbers: that is the loss, not an error of the user's code."""
    found = probed(MLPRegressor(solver="sgd", learning_rate_init=1e6), amounts())
    assert found.failure is None
    assert found.trace is not None
    assert found.trace.losses[-1][1] == float("inf")
    assert found.probe is not None
    assert found.probe.risks.exploding_gradient > 0.5


def test_target_far_from_zero_is_named() -> None:
    """A network whose target is in the thousands moves toward it for most of the run; a scaled target is probed."""
    table = measured()
    table = table.set_column(2, "amount", [table["amount"].to_numpy() * 100 + 5_000])
    found = probed(MLPRegressor(), make_problem(table, amount_task(), given=True))
    assert found.causes[0].cause == "the target is not scaled"
    assert "target_scaling" in found.causes[0].remedies[0].change


def test_pipeline_is_fitted_once_and_its_last_step_takes_the_steps() -> None:
    """Texts become a sparse matrix by the pipeline itself."""
    words = make_column_transformer((TfidfVectorizer(), "colour"))
    found = probed(make_pipeline(words, SGDClassifier(learning_rate="invscaling", eta0=0.05)), classes("colour"))
    assert found.failure is None
    assert found.probe is not None
    assert found.trace is not None
    assert found.trace.losses[-1][1] < 1


def test_what_fit_takes_and_partial_fit_does_not_is_put_right() -> None:
    """Early stopping is switched off, and balanced weights are computed, as scikit-learn asks for."""
    assert probed(SGDClassifier(early_stopping=True, class_weight="balanced"), classes()).failure is None
    assert probed(MLPClassifier((8,), early_stopping=True), classes()).failure is None


def test_weights_that_cannot_be_read_give_a_trace_and_no_risks() -> None:
    """An estimator that tells only probabilities: its loss is that of the constant, whatever the inputs."""
    found = probed(Counting(), classes())
    assert found.probe is None
    assert found.failure is None
    assert found.constant_outputs
    assert found.trace is not None
    assert found.trace.updates == ()
    assert found.trace.losses[0][0] > 0  # nothing can answer before the first step
    assert found.trace.losses[-1][1] == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("estimator", "said"),
    [
        (Raising(), r"^KeyError: '…' \(estimators.py, line \d+, in partial_fit\)$"),
        (OneColumn(), r"^predict_proba of 32 rows must have the shape \(32, 2\); got \(32, 1\)"),
    ],
)
def test_what_the_estimator_raises_is_a_finding(estimator: Any, said: str) -> None:
    """Its words, and where in the user's code."""
    found = probed(estimator, classes())
    assert found.probe is None
    assert found.failure is not None
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(found.failure)


def test_estimator_comes_back_untrained() -> None:
    """Only copies are trained, and numpy's generator is as it was."""
    estimator = MLPClassifier((8,))
    before, state = dict(vars(estimator)), np.random.get_state()[1].copy()  # noqa: NPY002
    probed(estimator, classes())
    assert vars(estimator) == before
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


def test_equal_seeds_give_equal_probes() -> None:
    """Also where the estimator names no random state."""
    assert probed(MLPClassifier((8,)), classes()) == probed(MLPClassifier((8,)), classes())


def test_estimators_that_learn_by_steps_are_told_from_others() -> None:
    """By ``partial_fit`` of the last step; solvers without it, and counting models, learn at once."""
    assert learns_by_steps(make_pipeline(StandardScaler(), SGDRegressor()))
    assert learns_by_steps(MLPClassifier())
    assert not learns_by_steps(MLPClassifier(solver="lbfgs"))
    assert not learns_by_steps(make_pipeline(StandardScaler(), Ridge()))
    assert not learns_by_steps(GaussianNB())


def test_estimator_whose_steps_are_dear_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes far longer than the model of the cost says takes fewer calls, and the probe says so."""
    from prefit.probes.own_steps import probe

    monkeypatch.setattr(probe, "FAR_SLOWER", 1e-9)
    found = probed(SGDClassifier(), classes())
    assert found.stopped
    assert found.probe is not None
    assert found.probe.steps == 3 * 240  # 24 calls, eight for each pass


def test_easy_task_is_told_by_rows_that_were_not_seen() -> None:
    """A target that is a sum of features is learnt to the end, on unseen rows as well; no change is offered for it."""
    found = probed(make_pipeline(StandardScaler(), SGDRegressor()), make_exact(), seconds=2)
    assert found.probe is not None
    assert found.probe.risks.zero_loss > 0.5
    assert found.unseen is not None
    assert found.unseen < 0.01
    assert [(cause.risk, cause.remedies) for cause in found.causes] == [("zero_loss", ())]


def make_exact() -> Problem:
    """Return a regression without noise."""
    return make_problem(measured(600, noise=0.0), amount_task("signal"), given=True)
