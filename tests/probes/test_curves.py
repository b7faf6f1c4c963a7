"""Learning curves end to end on small tables with tiny budgets."""

import numpy as np
import pyarrow as pa
import pytest
from tests.probes.tables import amount_task, label_task, labelled, measured

from prefit.errors import InputError
from prefit.evidence import FAMILIES, Curves
from prefit.probes import curves as curves_module
from prefit.probes import learning_curves, run, trial
from prefit.task import Task


@pytest.fixture(scope="module")
def learnt() -> Curves:
    """Curves of a label that two columns tell."""
    return learning_curves(labelled(), label_task(), budget_seconds=1, seed=1)


def test_all_families_are_probed_and_forecast(learnt: Curves) -> None:
    """Each family has a curve at growing sizes and a forecast inside its interval."""
    assert set(learnt.curves) == set(learnt.forecasts) == set(FAMILIES)
    for family, curve in learnt.curves.items():
        assert [point.rows for point in curve.points] == sorted({point.rows for point in curve.points})
        forecast = learnt.forecasts[family].held_out
        assert 0 <= forecast.low <= forecast.mean <= forecast.high <= 1


def test_a_learnable_label_is_forecast_above_the_constant(learnt: Curves) -> None:
    """The best family beats the constant predictor, and the ceiling is above it."""
    assert learnt.constant == 0.5
    assert learnt.forecasts[learnt.best].held_out.low > 0.6
    assert learnt.ceiling is not None
    assert learnt.ceiling[0] > 0.6


def test_permuted_labels_score_like_the_constant(learnt: Curves) -> None:
    """Without signal the control stays near one half."""
    assert learnt.permuted is not None
    assert abs(learnt.permuted.points[-1].held_out - 0.5) < 0.2


def test_equal_runs_give_equal_scores(learnt: Curves) -> None:
    """Same data, seed and options: same curves, apart from the times."""
    again = learning_curves(labelled(), label_task(), budget_seconds=1, seed=1)
    for family, curve in learnt.curves.items():
        scores = [(point.rows, point.train, point.held_out) for point in curve.points]
        assert scores == [(point.rows, point.train, point.held_out) for point in again.curves[family].points]
    assert learnt.forecasts == again.forecasts


def test_processes_give_the_same_scores(learnt: Curves, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings side by side score as one after another."""
    monkeypatch.setattr(run, "WORTH_PROCESSES", 0.0)
    again = learning_curves(labelled(), label_task(), budget_seconds=1, seed=1)
    assert learnt.forecasts == again.forecasts


@pytest.mark.parametrize("seed", [3, 4, 7])
def test_pure_noise_has_no_ceiling_and_no_skill(seed: int) -> None:
    """Where no column tells the label, nothing is promised, however lucky one of four families is."""
    found = learning_curves(labelled(seed=seed), label_task("noise", "flag"), budget_seconds=1)
    assert found.forecasts[found.best].held_out.low < 0.55
    assert found.ceiling is None


def test_regression_is_scored_by_r2() -> None:
    """A linear relation is best learnt by the linear family."""
    found = learning_curves(measured(120), amount_task(), budget_seconds=1)
    assert (found.metric, found.constant) == ("r2", 0.0)
    assert found.forecasts["linear"].held_out.mean > 0.95
    assert found.curves["linear"].points[-1].spread == pytest.approx(1.0, abs=0.2)


def test_the_chosen_family_is_the_best_of_those_allowed(learnt: Curves) -> None:
    """The other families are probed all the same, to compare with."""
    found = learning_curves(labelled(), label_task(), chosen=("neural",), budget_seconds=1, seed=1)
    assert found.chosen == "neural"
    assert found.best == learnt.best
    assert set(found.curves) == set(FAMILIES)


def test_planned_rows_and_a_requirement_are_forecast() -> None:
    """More rows can only help, and a low requirement needs few of them."""
    found = learning_curves(labelled(), label_task(), budget_seconds=1, planned_rows=2000, required=0.6)
    forecast = found.forecasts[found.best]
    assert found.planned_rows == 2000
    assert [rows for rows, _ in forecast.at] == [500, 1000, 2000, 4000, 8000, 20_000]
    assert forecast.rows_needed is None or forecast.rows_needed[1] <= forecast.rows_needed[0] <= 240


def test_a_failing_family_is_recorded_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that raises costs its family, with the reason, and quoted values are not repeated."""
    make = trial.make_model

    def broken(family: str, **options: object) -> object:
        if family == "forest":
            raise ValueError("cannot convert 'secret' to float")
        return make(family, **options)

    monkeypatch.setattr(trial, "make_model", broken)
    found = learning_curves(labelled(60), label_task("signal"), budget_seconds=1)
    assert set(found.curves) == {"linear", "boosting", "neural"}
    assert "ValueError" in found.failures["forest"]
    assert "secret" not in found.failures["forest"]
    assert found.chosen == found.best


def test_a_family_that_was_asked_for_and_fails_is_judged_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other family stands in for it: the checks must see that what is to be trained cannot be."""
    made = trial.make_model
    monkeypatch.setattr(
        trial, "make_model", lambda family, **options: None if family == "forest" else made(family, **options)
    )
    found = learning_curves(labelled(60), label_task("signal"), chosen=["forest"], budget_seconds=1)
    assert found.chosen == "forest"
    assert "forest" not in found.forecasts


def test_the_clock_ends_what_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """An emergency stop is said, and what was done until then is used."""
    monkeypatch.setattr(curves_module, "EMERGENCY", 0.0)
    monkeypatch.setattr(curves_module, "START_UP", 0.0)
    found = learning_curves(labelled(60), label_task("signal"), budget_seconds=1)
    assert found.emergency_stop
    assert "The clock ended the probing" in found.left_out[-1]
    assert [len(curve.points) for curve in found.curves.values()] == [1, 1, 1, 1]


def test_a_wide_table_is_probed_within_a_small_budget() -> None:
    """2,000 columns on 70 rows are legal."""
    rng = np.random.default_rng(0)
    columns = {f"g{k}": rng.normal(size=70) for k in range(2000)}
    table = pa.table(columns | {"label": np.where(rng.random(70) < 0.5, "a", "b")})
    task = Task(target="label", kind="classification", features=tuple(columns), kinds=dict.fromkeys(columns, "numeric"))
    found = learning_curves(table, task, budget_seconds=1)
    assert set(found.curves) == set(FAMILIES)


def test_texts_are_learnt_from() -> None:
    """A text that holds the answer is enough."""
    words = np.where(np.random.default_rng(0).random(120) < 0.5, "good", "bad")
    table = pa.table({"remark": [f"this was {word} number {k}" for k, word in enumerate(words)], "label": words})
    found = learning_curves(table, label_task("remark"), budget_seconds=1)
    assert found.forecasts[found.best].held_out.mean > 0.9


def test_too_few_rows_say_why() -> None:
    """Nothing can be said of a dozen rows."""
    with pytest.raises(InputError, match="24 or more"):
        learning_curves(labelled(12), label_task(), budget_seconds=1)


def test_progress_reaches_the_end(learnt: Curves) -> None:
    """The share that is done grows to one."""
    told: list[float] = []
    learning_curves(labelled(60), label_task("signal"), budget_seconds=1, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
