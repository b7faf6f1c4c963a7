"""The probes run where the caller's ``joblib.parallel_config`` places them."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from typing import Any

import joblib
import pytest
from joblib.externals.loky import get_reusable_executor
from tests.probes.tables import label_task, labelled

from prefit import probes
from prefit.evidence import LearningCurve


def curves(**options: Any) -> dict[str, LearningCurve]:
    """Return the learning curves without the times that the trainings took."""
    found = probes.learning_curves(labelled(), label_task(), budget_seconds=4.0, **options).curves
    timeless = {}
    for family, curve in found.items():
        points = tuple(replace(point, fit_seconds=0.0) for point in curve.points)
        timeless[family] = replace(curve, points=points)
    return timeless


def test_parallel_config_places_the_trainings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its backend and its number of jobs are used, and the curves are the same."""
    used: list[tuple[str, int]] = []

    class Watched(joblib.Parallel):  # type: ignore[misc]
        def __call__(self, calls: Any) -> Any:
            if self.return_generator:  # those of the models themselves return lists
                used.append((type(self._backend).__name__, self.n_jobs))
            return super().__call__(calls)

    expected = curves()
    monkeypatch.setattr(joblib, "Parallel", Watched)
    with joblib.parallel_config("loky", n_jobs=2):
        placed = curves()
    get_reusable_executor().shutdown(wait=True, kill_workers=True)  # other tests start processes of their own
    assert used == [("LokyBackend", 2)]
    assert placed == expected


def test_daemons_train_alone_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of a pool may have no children: the curves are the same, and joblib does not warn."""
    expected = curves()
    monkeypatch.setattr("prefit.probes.run.WORTH_PROCESSES", 0.0)
    monkeypatch.setattr("joblib.cpu_count", lambda: 2)
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)  # type: ignore[attr-defined]
    assert curves() == expected
