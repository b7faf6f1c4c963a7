"""The check ``unsupported-column``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.task import SET_BY_USER

__all__ = ["UnsupportedColumn"]


@dataclass(frozen=True)
class UnsupportedColumn:
    """Are there columns that no model here can read?

    What it measures
    ----------------
    The columns whose type is neither a number, a text, a boolean, a date nor a list of numbers of one length: structs,
    maps, lists of texts, bytes, times of day, durations. There is no limit to set. Columns without any value, dropped
    ones, and those that you set to ``unsupported`` yourself are passed over.

    Why it hurts training
    ---------------------
    The probes leave them out: the forecast, the search for leaks and the comparison with test data say nothing of
    them. Most libraries stop at such a column, or take it as text.

    Example
    -------
    `address` is a struct of street, city and zip code, as it was stored in the document database.

    What to do
    ----------
    Turn the column into plain ones in the code that also feeds the model, for example a struct into one column for each
    of its fields; or leave it out of the training, and say so by ``--drop``.

    When it may be a false alarm
    ----------------------------
    When your own model reads the column as it is: an image in bytes, for example. Then set its kind to ``unsupported``
    under ``[columns]``, and keep in mind that the forecast is one without it.

    References
    ----------
    Apache Arrow columnar format: https://arrow.apache.org/docs/format/Columnar.html
    """

    id: ClassVar[str] = "unsupported-column"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ()

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the columns that are left out without having been asked for."""
        task, columns = evidence.task, evidence.profile.columns
        roles = {task.target, task.group, task.time, *task.dropped}
        names = tuple(
            name
            for name, kind in task.kinds.items()
            if kind == "unsupported"
            and name not in roles
            and columns[name].n_present
            and task.kind_reasons.get(name) != SET_BY_USER
        )
        if not names:
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{len(names):,} of {len(names) + len(task.features):,} features cannot be read by any probe and "
            f"{'is' if len(names) == 1 else 'are'} left out: {listed(names, limit=5)} "
            f"({task.kind_reasons.get(names[0], columns[names[0]].type)}).",
            columns=names,
            measured=len(names),
            limit=0,
            unit="columns",
            why="The forecast and the search for leaks say nothing of what they do not read, and most libraries stop "
            "at it.",
            remedy=f"Turn them into numbers, texts, dates or lists of numbers of one length, or say that the model "
            f"will not get them: --drop {names[0]!r}.",
        )
