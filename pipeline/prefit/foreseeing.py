"""The planned training of a network, foreseen without the rest of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefit.config import make_options
from prefit.errors import UsageError
from prefit.memory import trainings
from prefit.reading import open_data, profile_source
from prefit.resolve import check_names, resolve
from prefit.stages import warn_of_unread
from prefit.stopwatch import Progress, Stopwatch

if TYPE_CHECKING:
    from prefit.evidence.advice import Advice
    from prefit.evidence.training import TrainingEvidence, TrainingRisks

__all__ = ["TrainingForecast", "training_risks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingForecast:
    """What will become of a planned training.

    Attributes
    ----------
    risks : TrainingRisks
        Probabilities of ``flat_loss``, ``zero_loss``, ``exploding_gradient`` and ``vanishing_gradient``.
    advice : Advice
        For each setting of the plan what is advised, why, and with which measured effect.
    evidence : TrainingEvidence
        What the probe saw, and the causes of high risks with the changes that were probed to remove them.
    """

    risks: TrainingRisks
    advice: Advice
    evidence: TrainingEvidence


def training_risks(
    data: Any,
    *,
    target: str,
    plan: Mapping[str, Any] | None = None,
    task: str | None = None,
    group: str | None = None,
    time: str | None = None,
    drop: Sequence[str] | None = None,
    planned_rows: int | None = None,
    budget: str | float | None = None,
    deadline: str | float | None = None,
    workers: int | None = None,
    engine: Any = None,
    state: str | Path | None = None,
    memory: str | int | None = None,
    seed: int | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> TrainingForecast:
    """Will the planned training of a network fail, why, and what should be changed?

    Parameters are those of :func:`prefit.check`.

    Returns
    -------
    TrainingForecast
        Risks, advice and evidence.

    Raises
    ------
    UsageError, InputError
        As :func:`prefit.check`, and if the loss of the plan does not suit the target, or it is constant.

    Examples
    --------
    >>> import pyarrow as pa
    >>> size = [k / 100 for k in range(-100, 100)]
    >>> data = pa.table({"size": size, "price": [3 * x + 1 for x in size]})
    >>> plan = {"optimizer": "sgd", "learning_rate": 100.0}
    >>> found = training_risks(data, target="price", plan=plan, budget="2s")
    >>> found.risks.exploding_gradient > 0.5
    True
    """
    given = {name: value for name, value in locals().items() if name not in ("data", "progress")}
    options = make_options(given)
    if options.target is None:
        raise UsageError("target must be named for a training; got none. Name the column to predict.")
    from prefit.measure.advice import SECONDS_SHARE, measure_advice
    from prefit.measure.planned import rows_planned
    from prefit.measure.training import SECONDS_SHARE as PROBE_SHARE
    from prefit.measure.training import measure_training

    watch = Stopwatch.started(progress, options.deadline, options.memory)
    source = open_data(data, options)
    check_names(source.schema.names, options)
    profile = profile_source(source, options, watch, "profile", probed=True)
    warn_of_unread(profile)
    judged = resolve(profile, options)
    rows = rows_planned(profile, judged, options)
    with watch.stage("training plan"), trainings(options):
        evidence = measure_training(
            profile, judged, options.plan, planned_rows=rows, seconds=PROBE_SHARE * options.budget, seed=options.seed
        )
        advice = measure_advice(
            profile, judged, options.plan, planned_rows=rows, seconds=SECONDS_SHARE * options.budget, seed=options.seed
        )
    return TrainingForecast(risks=evidence.probe.risks, advice=advice, evidence=evidence)
