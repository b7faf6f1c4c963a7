"""The check ``model-failed``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Check, Stage
from prefit.evidence import FAMILIES, Curves, Evidence, NetworkProbe
from prefit.finding import Finding
from prefit.wording import without_values

__all__ = ["ModelFailed", "with_networks"]

OF_FAMILIES = (
    "Run `prefit check DATA --debug` for the traceback, and drop or convert the column that it names: `--drop COL`."
)
OF_OWN = (
    "Run `prefit check DATA --debug` for the traceback. A Pipeline is given the columns as they are, to encode them "
    "itself; any other estimator is given numbers, and classes as numbers from 0 on."
)


@dataclass(frozen=True)
class ModelFailed:
    """Did a model refuse to be trained on these data?

    What it measures
    ----------------
    The families that could not be fitted at any size, or not at the largest one that was tried, with the error
    that stopped each. It fails when none of those that you named by ``--model`` is left, or none at all;
    otherwise it warns, because the forecast lacks a family. A family that failed on few rows and was fitted on
    more is no finding. Of a PyTorch module that ``--model`` names: whether it takes a batch of the encoded features,
    returns finite outputs of the right shape, and takes the first steps of the plan. Of an estimator with
    ``partial_fit``: whether a few calls of it raise nothing; that ``fit`` works all the same makes it a warning.

    Why it hurts training
    ---------------------
    What stops a probe on a part of the rows stops the training on all of them.

    Example
    -------
    A column of lists that no encoder takes, or a custom estimator without `predict`.

    What to do
    ----------
    Read the error, run again with ``--debug`` for its traceback, and drop or convert the column that it names.

    When it may be a false alarm
    ----------------------------
    When the family is none that you would train. All four are probed whatever ``--model`` names, since the risk of
    underfitting compares with the best of them.

    References
    ----------
    The `error_score` parameter of scikit-learn's `cross_validate` treats failed fits the same way: as results.
    """

    id: ClassVar[str] = "model-failed"
    stage: ClassVar[Stage] = "run"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("curves",)

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for each network that failed, and one where families failed, the chosen one first."""
        yield from self.of_networks(evidence)
        curves = evidence.curves
        assert curves is not None
        found = {**curves.failures, **_stopped_short(curves)}
        failures = dict(sorted(found.items(), key=lambda failure: failure[0] != curves.chosen))
        if not failures:
            return
        tried = len({*failures, *curves.forecasts})
        stopped = curves.chosen in failures or len(failures) == tried
        reasons = "; ".join(f"{family!r}: {why}" for family, why in failures.items())
        if not evidence.show_values:
            reasons = without_values(reasons, {*failures, *evidence.profile.columns})
        yield Finding(
            check=self.id,
            status="fail" if stopped else "warn",
            message=f"{len(failures)} of {tried} families could not be trained: {reasons.removesuffix('.')}.",
            measured=len(failures),
            limit=0,
            unit="families",
            why="What stops a probe on a part of the rows stops the training on all of them."
            if stopped
            else "The forecast does not know what this family would have reached.",
            remedy=OF_OWN if set(failures) - set(FAMILIES) else OF_FAMILIES,
        )

    def of_networks(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for each network that cannot be trained, and one where none could be probed."""
        if "networks" in evidence.missing:
            yield Finding(check=self.id, status="skip", message=evidence.missing["networks"])
        for network in evidence.networks or ():
            if network.kind == "estimator":
                yield from self._of_steps(network, evidence)
            elif network.failure is not None:
                yield Finding(
                    check=self.id,
                    status="fail",
                    message=f"The network {network.name!r} could not take a step: {network.failure}.",
                    why="What stops the first batch stops the training.",
                    remedy="Let the factory take the arguments n_inputs and n_outputs, and return one output per "
                    "class, or one for a number.",
                )

    def _of_steps(self, network: NetworkProbe, evidence: Evidence) -> Iterator[Finding]:
        """Warn of an estimator that cannot take a step, or whose numbers are none, unless ``fit`` failed as well."""
        broken = network.trace is not None and network.probe is None and math.isinf(network.trace.losses[-1][1])
        why = "its weights or its loss are no numbers" if broken else network.failure
        if why is None or (evidence.curves is not None and network.name in evidence.curves.failures):
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"The estimator {network.name!r} could not be trained by partial_fit: {why}.",
            why="A training in steps, as for data that do not fit into memory, would stop or be worthless.",
            remedy="Scale the inputs if its numbers overflow; else train it by fit alone, or mend its partial_fit.",
        )


class _OfNetworks(ModelFailed):
    __doc__ = ModelFailed.__doc__  # its page is that of the check
    needs: ClassVar[tuple[str, ...]] = ()

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        yield from self.of_networks(evidence)


def with_networks(selected: Sequence[Check], evidence: Evidence) -> tuple[Check, ...]:
    """Return the checks, and where none of them is ``model-failed`` what it says of networks that failed, if any did.

    Who names a network asks whether it can be trained: no selection of other checks makes that a yes.
    """
    only = _OfNetworks()
    if any(check.id == only.id for check in selected) or not any(only.of_networks(evidence)):
        return tuple(selected)
    return (*selected, only)


def _stopped_short(curves: Curves) -> dict[str, str]:
    """Return the families that failed at the largest size they were tried on, and why."""
    return {
        family: curve.failures[-1]
        for family, curve in curves.curves.items()
        if curve.failed_at is not None and curve.failed_at >= curve.points[-1].rows
    }
