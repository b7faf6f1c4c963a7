"""Ctrl-C ends the probing, in whatever training it comes."""

from __future__ import annotations

import signal

import joblib
import pytest
from joblib.externals.loky import get_reusable_executor
from sklearn.neural_network import MLPClassifier
from tests.probes.tables import label_task, labelled

from prefit.probes import run
from prefit.probes.problem import make_problem
from prefit.probes.trial import run_trial


def _press(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_network_does_not_swallow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is stopped in its training is not scored as if it were done."""
    monkeypatch.setattr(MLPClassifier, "_backprop", _press)
    problem = make_problem(labelled(), label_task())
    with pytest.raises(KeyboardInterrupt):
        run_trial(problem, problem, ("neural",), 0)


@pytest.mark.parametrize("place", [{}, {"backend": "loky"}], ids=["own", "placed"])
def test_workers_do_not_hear_it(place: dict[str, str]) -> None:
    """A terminal sends it to all processes: the workers leave it to the main one, and print nothing."""
    look = joblib.delayed(signal.pthread_sigmask)
    get_reusable_executor().shutdown(wait=True, kill_workers=True)  # one that another test has started may hear it
    with joblib.parallel_config(**place, n_jobs=2):
        parallel = joblib.Parallel(return_as="generator", max_nbytes=None)
        masks = list(run._started(parallel, (look(signal.SIG_BLOCK, ()) for _ in range(2))))
    get_reusable_executor().shutdown(wait=True, kill_workers=True)
    assert all(signal.SIGINT in mask for mask in masks)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
