"""Tests of ``no-signal``."""

from tests.checks.builders import judged, status
from tests.checks.built_curves import around, curves, forecast, judged_curves, judged_regression

from prefit.checks.curves.no_signal import NoSignal
from prefit.evidence import SingleFeature

CHECK = NoSignal()


def test_four_families_at_chance_on_many_rows_fail():
    """Scores around the constant on 2,000 held-out rows exclude any useful skill."""
    given = curves({"linear": 0.49, "boosting": 0.51, "forest": 0.505, "neural": 0.5}, held_out_rows=2000)
    found = judged(CHECK, judged_curves(given))
    assert found.status == "fail"
    assert found.interval[0] < 0 < found.measured < found.interval[1] < CHECK.useful_skill
    assert "'boosting'" in found.message


def test_chance_on_few_rows_is_a_doubt():
    """With 40 held-out rows a useful skill cannot be excluded, so that it only warns."""
    found = judged(CHECK, judged_curves(curves(0.52, held_out_rows=40)))
    assert found.status == "warn"
    assert "do not exclude" in found.message


def test_skill_nearer_to_useful_than_to_chance_is_no_doubt():
    """With 40 held-out rows 0.60 is not above chance beyond doubt, but speaks for a signal rather than against one."""
    assert judged(CHECK, judged_curves(curves(0.60, held_out_rows=40))) is None


def test_wide_forecast_is_a_doubt():
    """A forecast whose upper end is useful leaves open that more rows find the signal."""
    open_end = {"forest": forecast(around(0.52, 0.15))}
    assert status(CHECK, judged_curves(curves(0.51, held_out_rows=4000, forecasts=open_end))) == "warn"


def test_clear_signal_of_one_family_is_silent():
    """One family above chance beyond doubt is enough."""
    given = curves({"linear": 0.5, "boosting": 0.7, "forest": 0.5, "neural": 0.5})
    assert judged(CHECK, judged_curves(given)) is None


def test_clear_signal_on_few_rows_is_silent():
    """A high score needs few rows to be above chance."""
    assert judged(CHECK, judged_curves(curves(0.9, held_out_rows=40))) is None


def test_interval_that_just_excludes_chance_is_silent():
    """The border lies where the simultaneous interval of 2.24 standard errors touches the constant."""
    error = (0.25 / 1000) ** 0.5
    above, below = (0.5 + factor * error for factor in (2.35, 2.1))
    assert (
        judged(CHECK, judged_curves(curves({"linear": above, "forest": 0.5, "boosting": 0.5, "neural": 0.5}))) is None
    )
    assert judged(CHECK, judged_curves(curves({"linear": below, "forest": 0.5, "boosting": 0.5, "neural": 0.5})))


def test_score_that_permuted_labels_reach_is_no_signal():
    """What the control reaches on shuffled labels is chance too."""
    assert judged(CHECK, judged_curves(curves(0.56))) is None
    assert status(CHECK, judged_curves(curves(0.56, permuted=0.56))) == "fail"


def test_column_that_predicts_alone_is_a_signal():
    """Models that predict the majority do not outvote a column that tells the classes apart."""
    alone = (SingleFeature(column="age", skill=0.4, low=0.3, high=0.5, missing_skill=0.0),)
    given = judged_curves(curves(0.5), shares=(970, 30), single_features=alone)
    assert judged(CHECK, given) is None


def test_weak_best_of_many_columns_is_no_signal():
    """Among 100 columns one is above 0 by luck: its interval is widened for their number."""
    lucky = tuple(SingleFeature(column=f"x{i}", skill=0.06, low=0.01, high=0.11, missing_skill=0.0) for i in range(100))
    assert status(CHECK, judged_curves(curves(0.5, held_out_rows=2000), single_features=lucky)) == "fail"


def test_rare_class_hides_the_answer():
    """Where one class holds nine rows in ten, constant predictions are no proof of empty features."""
    found = judged(CHECK, judged_curves(curves(0.5, held_out_rows=5000), shares=(950, 50)))
    assert found.status == "warn"
    assert "hide" in found.message


def test_regression_without_signal_fails():
    """R² around 0 is no signal, also when it is below."""
    flat = curves({"linear": -0.01, "forest": -0.1}, constant=0.0, metric="r2")
    assert status(CHECK, judged_regression(flat)) == "fail"
    assert judged(CHECK, judged_regression(curves(0.3, constant=0.0, metric="r2"))) is None
