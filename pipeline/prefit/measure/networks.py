"""The networks of the user, probed on the row sample."""

from __future__ import annotations

from typing import Any

from prefit.config import Options
from prefit.evidence.network import NetworkProbe
from prefit.evidence.training import TrainingEvidence
from prefit.measure.attempt import Attempt
from prefit.own.network import OwnNetwork
from prefit.profiling.values import Profile
from prefit.task import Task

__all__ = ["of_networks"]

MOST_ROWS = 10_000
SECONDS_SHARE = 0.05
"""Share of the budget that the networks get together, as CPU seconds by a model of the cost."""


def of_networks(attempt: Attempt, profile: Profile, task: Task, options: Options) -> dict[str, Any]:
    """Probe the networks that the options name; the first that can be trained is then the one whose risks are judged.

    Where none can be trained, no risks are judged: those of a built-in network would pass for theirs.

    Parameters
    ----------
    attempt : Attempt
    profile, task, options : Profile, Task, Options
    """
    networks = [model for model in options.model if isinstance(model, OwnNetwork)]
    if not networks:
        return {}
    probes = attempt("networks", "own networks", lambda _: measure_networks(networks, profile, task, options))
    trained = [
        TrainingEvidence(probe=found.probe, causes=found.causes) for found in probes or () if found.probe is not None
    ]
    if "training" not in attempt.needed:
        return {"networks": probes}
    if not trained:
        attempt.missing["training"] = (
            f"The network {probes[0].name!r} could not take a step: {probes[0].failure}."
            if probes
            else attempt.missing["networks"]
        )
    return {"networks": probes, "training": trained[0] if trained else None}


def measure_networks(
    networks: list[OwnNetwork], profile: Profile, task: Task, options: Options
) -> tuple[NetworkProbe, ...]:
    """Encode the rows once, and take the first steps of the plan with each network."""
    from prefit.probes.own_network import probe_network
    from prefit.probes.problem import make_problem
    from prefit.probes.training.inputs import encoded

    problem = make_problem(profile.sample.table, task, max_rows=MOST_ROWS, seed=options.seed, keep_classes=True)
    rows, _ = encoded(problem, options.seed)
    return tuple(
        probe_network(
            network,
            rows,
            options.plan,
            seed=options.seed,
            n_rows_planned=options.planned_rows or profile.columns[str(task.target)].n_present,
            seconds=SECONDS_SHARE * options.budget / len(networks),
        )
        for network in networks
    )
