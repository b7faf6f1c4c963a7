"""The networks of the user, and the estimators that learn by steps, probed on the row sample."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from prefit.config import Options
from prefit.evidence.network import NetworkProbe
from prefit.evidence.training import TrainingEvidence
from prefit.measure.attempt import Attempt
from prefit.measure.planned import rows_planned
from prefit.own.model import OwnModel
from prefit.own.network import OwnNetwork
from prefit.plan import TrainingPlan
from prefit.profiling.values import Profile
from prefit.task import Task

if TYPE_CHECKING:
    from prefit.probes.training.rows import Rows

__all__ = ["of_networks", "trained_by_steps"]

MOST_ROWS = 10_000
SECONDS_SHARE = 0.05
"""Share of the budget that the networks get together, as CPU seconds by a model of the cost."""


def trained_by_steps(options: Options) -> list[OwnNetwork | OwnModel]:
    """Return what the options name that is trained step by step: networks, and estimators with ``partial_fit``."""
    own = [model for model in options.model if isinstance(model, OwnNetwork | OwnModel)]
    if not any(isinstance(model, OwnModel) for model in own):
        return own
    from prefit.probes.own_steps import learns_by_steps

    return [model for model in own if isinstance(model, OwnNetwork) or learns_by_steps(model.make())]


def of_networks(attempt: Attempt, profile: Profile, task: Task, options: Options) -> dict[str, Any]:
    """Probe what the options name; the first that can be trained is then the one whose risks are judged.

    Where there are networks and none can be trained, no risks are judged: those of a built-in network would pass for
    theirs. Estimators leave the risks of a plan that says more than how long is trained as they are.

    Parameters
    ----------
    attempt : Attempt
    profile, task, options : Profile, Task, Options
    """
    own = trained_by_steps(options)
    if not own:
        return {}
    probes = attempt("networks", "own networks", lambda _: measure_networks(own, profile, task, options))
    only_estimators = all(isinstance(model, OwnModel) for model in own)
    trained = [
        TrainingEvidence(probe=found.probe, causes=found.causes, unseen=found.unseen)
        for found in probes or ()
        if found.probe is not None and (found.kind == "module" or not _is_planned(options.plan))
    ]
    if "training" not in attempt.needed or (only_estimators and not trained):
        return {"networks": probes}
    if not trained:
        failed = next((found for found in probes or () if found.kind == "module"), None)
        attempt.missing["training"] = (
            attempt.missing["networks"]
            if failed is None
            else f"The network {failed.name!r} could not take a step: {failed.failure}."
        )
    return {"networks": probes, "training": trained[0] if trained else None}


def _is_planned(plan: TrainingPlan) -> bool:
    """Whether a plan says what is to be trained, and not only for how long."""
    unsaid = TrainingPlan()
    return replace(plan, epochs=unsaid.epochs, batch_size=unsaid.batch_size) != unsaid


def measure_networks(
    own: list[OwnNetwork | OwnModel], profile: Profile, task: Task, options: Options
) -> tuple[NetworkProbe, ...]:
    """Take the first steps with each network and each estimator; the rows are encoded once, if at all."""
    from prefit.probes.own_network import probe_network
    from prefit.probes.own_steps import probe_steps
    from prefit.probes.problem import make_problem
    from prefit.probes.training.inputs import encoded

    given = any(isinstance(model, OwnModel) for model in own)
    problem = make_problem(
        profile.sample.table, task, max_rows=MOST_ROWS, seed=options.seed, keep_classes=True, given=given
    )

    @cache
    def rows() -> Rows:
        return encoded(problem, options.seed)[0]

    seconds = SECONDS_SHARE * options.budget / len(own)
    how: dict[str, Any] = {
        "seed": options.seed,
        "n_rows_planned": rows_planned(profile, task, options),
        "seconds": seconds,
    }
    return tuple(
        probe_network(model, rows(), options.plan, **how)
        if isinstance(model, OwnNetwork)
        else probe_steps(model, problem, rows, options.plan, **how)
        for model in own
    )
