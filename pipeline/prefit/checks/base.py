"""What a check is, and how all of them are run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Literal, Protocol

from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import without_values

__all__ = ["Applies", "Check", "Stage", "applies", "run_check", "run_checks", "summary"]

Stage = Literal[
    "size", "classes", "labels", "sparsity", "integrity", "leakage", "splits", "curves", "run", "training",
    "expectations",
]  # fmt: skip
Applies = Literal["any", "supervised", "classification", "regression"]


class Check(Protocol):
    """A question about a data set that is answered from the evidence.

    A check is a frozen dataclass in a file of its own. Its fields are its limits, and the keys that
    ``[checks.<id>]`` of the configuration may set. Its docstring is its page: the first line is the question it
    answers; then sections *What it measures*, *Why it hurts training*, *Example*, *What to do*, *When it may be a false
    alarm*, *References*.

    `needs` names the attributes of :class:`~prefit.evidence.Evidence` without which it cannot judge.
    """

    id: ClassVar[str]
    stage: ClassVar[Stage]
    applies_to: ClassVar[Applies]
    needs: ClassVar[tuple[str, ...]]

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        """Yield findings; nothing means that all is well."""
        ...


def summary(check: Check | type[Check]) -> str:
    """Return the question that a check answers: the first line of its docstring."""
    return (check.__doc__ or "").strip().splitlines()[0]


def applies(check: Check, evidence: Evidence) -> bool:
    """Whether the check has anything to say about this data set at this level.

    A need that is None without being named in ``evidence.missing`` was not asked for at this level.
    """
    kind = evidence.task.kind
    if check.applies_to == "supervised" and evidence.task.target is None:
        return False
    if check.applies_to in ("classification", "regression") and check.applies_to != kind:
        return False
    return all(getattr(evidence, need) is not None or need in evidence.missing for need in check.needs)


def run_check(check: Check, evidence: Evidence) -> list[Finding]:
    """Judge, and turn silence, missing evidence and crashes into findings.

    Returns
    -------
    list of Finding
        Never empty: a check that finds nothing gives one ``pass``, one without its evidence one ``skip``, and one that
        raises one ``error``.
    """
    absent = [need for need in check.needs if getattr(evidence, need) is None]
    if absent:
        return [Finding(check=check.id, status="skip", message=evidence.missing[absent[0]])]
    try:
        findings = list(check.judge(evidence))
    except Exception as error:  # noqa: BLE001 - a crashed check is a result: the verdict becomes "cannot tell"
        said = str(error) if evidence.show_values else without_values(str(error), evidence.profile.columns)
        message = f"The check itself failed: {type(error).__name__}: {said}"
        return [Finding(check=check.id, status="error", message=message)]
    return findings or [Finding(check=check.id, status="pass", message=f"{summary(check)} No.")]


def run_checks(checks: Sequence[Check], evidence: Evidence) -> Iterator[Finding]:
    """Run every check that applies, in order."""
    for check in checks:
        if applies(check, evidence):
            yield from run_check(check, evidence)
