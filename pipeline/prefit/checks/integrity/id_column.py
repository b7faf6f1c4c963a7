"""The check ``id-column``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import code
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["IdColumn"]


@dataclass(frozen=True)
class IdColumn:
    """Are there columns that only say which row it is?

    What it measures
    ----------------
    The features of kind `id-like`: all values differ, and they are a running number without gaps, read like codes, or
    are named as an identifier. The limits of that inference are fixed ceilings, so that more rows do not change the
    answer; kinds can be set in the configuration.

    Why it hurts training
    ---------------------
    An identifier is learnt by heart and means nothing for a new row. Where rows were collected in the order of their
    classes, a running number even predicts the target, in this table and nowhere else.

    Example
    -------
    `PassengerId` runs from 1 to 891; a tree splits on it at the places where the file happens to hold survivors.

    What to do
    ----------
    Leave it out of the features. If several rows share an identifier (a patient, a customer), use it as the group by
    which rows are split (`--group`).

    When it may be a false alarm
    ----------------------------
    When the number carries time or place: then make a feature of that, and split by it.

    References
    ----------
    Kaufman et al. (2012), Leakage in data mining, doi:10.1145/2382577.2382579.
    """

    id: ClassVar[str] = "id-column"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the features that identify rows."""
        names = evidence.task.features_of("id-like")
        if not names:
            return
        reasons = evidence.task.kind_reasons
        reason = f" ({reasons[names[0]]})" if reasons.get(names[0]) else ""
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{'One feature only says' if len(names) == 1 else f'{len(names)} features only say'} which row "
            f"it is: {listed(names, limit=5)}{reason}.",
            columns=names,
            measured=1.0,
            limit=1.0,
            unit="distinct values per row",
            why="An identifier is learnt by heart and means nothing for a new row. It is one when every row has a "
            "value of its own and the values are running numbers, codes or named as identifiers.",
            remedy=f"df = df.drop(columns={code(names)}), or --drop {names[0]}. If rows share such a number "
            "elsewhere, split by it: --group.",
        )
