"""Tests of ``model-failed``."""

from dataclasses import replace

import pytest
from tests.checks.builders import judged, status
from tests.checks.built_curves import curve, curves, judged_curves

from prefit.checks.run.model_failed import ModelFailed
from prefit.evidence.network import NetworkProbe, StepTrace

CHECK = ModelFailed()
REASON = "ValueError: could not convert 'secret' in column 'age'"


def test_failure_of_a_family_beside_others_warns():
    """A forecast without one of its families is a warning, with the count and the reason."""
    found = judged(CHECK, judged_curves(curves({"linear": 0.8}, failures={"neural": REASON})))
    assert (found.status, found.measured) == ("warn", 1)
    assert "1 of 2 families" in found.message


def test_failure_of_the_chosen_family_fails():
    """The model that is to be trained cannot be."""
    given = curves({"linear": 0.8}, chosen="neural", failures={"forest": "no", "neural": REASON})
    found = judged(CHECK, judged_curves(given))
    assert found.status == "fail"
    assert found.message.index("'neural'") < found.message.index("'forest'")


def test_failure_of_all_families_fails():
    """Nothing that prefit knows can be trained."""
    assert judged(CHECK, judged_curves(curves({}, failures={"linear": REASON}, best="linear"))).status == "fail"


@pytest.mark.parametrize(("failed_at", "expected"), [(16, "pass"), (700, "fail"), (1400, "fail")])
def test_failure_on_the_most_rows_counts(failed_at, expected):
    """A training that stops where there are many rows will stop on all of them; few rows may be too few."""
    short = replace(curve("linear", 0.8, rows=700), failures=(REASON,), failed_at=failed_at)
    given = curves({"linear": 0.8, "forest": 0.7}, chosen="linear")
    given = replace(given, curves={**given.curves, "linear": short})
    assert status(CHECK, judged_curves(given)) == expected


def test_no_failure_is_silent():
    """Four fitted families are no finding."""
    assert judged(CHECK, judged_curves(curves(0.8))) is None


def test_who_brings_a_model_is_told_what_it_is_given():
    """A pipeline gets texts, any other estimator numbers: most failures of one's own model come of that."""
    own = judged(CHECK, judged_curves(curves(0.8, failures={"package:make": REASON})))
    ours = judged(CHECK, judged_curves(curves({"linear": 0.8}, failures={"neural": REASON})))
    assert "A Pipeline is given the columns as they are" in own.remedy
    assert "--drop COL" in ours.remedy


def test_cells_that_an_error_quotes_are_hidden():
    """Error messages of libraries quote cells, which stay out of a report unless asked for; column names stay."""
    given = curves({"linear": 0.8}, failures={"neural": REASON})
    hidden = judged(CHECK, judged_curves(given)).message
    assert "secret" not in hidden
    assert "'age'" in hidden
    assert "secret" in judged(CHECK, judged_curves(given, show_values=True)).message


def test_network_that_was_not_probed_is_skipped():
    """A deadline or a crash of the probe does not pass for a network that can be trained."""
    given = replace(judged_curves(curves(0.8)), missing={"networks": "The deadline struck."})
    found = judged(CHECK, given)
    assert (found.status, found.message) == ("skip", "The deadline struck.")


def stepped(**found):
    """Return the evidence of a run with an estimator that was to learn by steps beside a family that was fitted."""
    network = NetworkProbe(name="mine", kind="estimator", **found)
    return replace(judged_curves(curves({"mine": 0.8})), networks=(network,))


def trace(*losses):
    """Return the trace of an estimator with these losses."""
    return StepTrace(loss="mse", rows_a_call=32, reference=1.0, losses=losses, one_batch=1.0, without_inputs=1.0)


def test_estimator_that_cannot_take_a_step_warns():
    """Since ``fit`` works, only a training in steps is at stake."""
    found = judged(CHECK, stepped(failure="KeyError: '…' (models.py, line 7, in partial_fit)"))
    assert found.status == "warn"
    assert "models.py, line 7, in partial_fit" in found.message


def test_estimator_whose_numbers_overflow_warns():
    """Where its weights cannot be read there is no risk to say so."""
    assert status(CHECK, stepped(trace=trace((32, 0.9), (64, float("inf"))))) == "warn"
    assert status(CHECK, stepped(trace=trace((32, 0.9), (64, 0.5)))) == "pass"


def test_estimator_that_fit_cannot_train_either_is_told_of_once():
    """The failure of its curve says all."""
    given = curves({"linear": 0.8}, chosen="mine", failures={"mine": REASON})
    network = NetworkProbe(name="mine", kind="estimator", failure=REASON)
    found = judged(CHECK, replace(judged_curves(given), networks=(network,)))
    assert found.status == "fail"
    assert "partial_fit" not in found.message
