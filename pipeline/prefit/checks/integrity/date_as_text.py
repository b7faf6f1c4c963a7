"""The check ``date-as-text``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import SET_BY_USER, also, features
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent

__all__ = ["DateAsText"]


@dataclass(frozen=True)
class DateAsText:
    """Are there dates that are stored as text?

    Parameters
    ----------
    min_fraction : float, default 0.99
        Share of the values that must read as a date or a time. Just below it, `mixed-types` speaks.

    What it measures
    ----------------
    For every text column the share of values that read as a date or a time in one of the usual forms, spellings of
    "missing" left out.

    Why it hurts training
    ---------------------
    Every date becomes a category that no new row will have. Season, weekday and age, which a date could give, are lost,
    and nobody notices that the rows should be split by time.

    Example
    -------
    `order_date` holds "2024-03-01" as text: 700 categories, none of which will come again.

    What to do
    ----------
    Convert it when the data are read, and say which of day and month comes first. Then make features of it, and
    split by it (`--time`) if the model is to predict what comes later.

    When it may be a false alarm
    ----------------------------
    When the texts are names of periods that come again; set the kind of the column to `categorical`.

    References
    ----------
    ISO 8601, Date and time: representations for information interchange.
    """

    id: ClassVar[str] = "date-as-text"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    min_fraction: float = 0.99

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the text columns that hold dates."""
        reasons = evidence.task.kind_reasons
        shares = {
            column.name: column.text.date_fraction
            for column in features(evidence, "categorical", "text", "id-like")
            if column.text is not None and reasons.get(column.name) != SET_BY_USER
        }
        names = tuple(name for name, share in shares.items() if share >= self.min_fraction)
        if not names:
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{percent(shares[names[0]])} of the texts in {names[0]!r} are dates{also(names)}.",
            columns=names,
            measured=shares[names[0]],
            limit=self.min_fraction,
            unit="fraction",
            why="As a text, every date is a category that no new row will have; season and age are lost. From the "
            "limit on, what does not read as a date is too rare to be meant.",
            remedy=f"df[{names[0]!r}] = pd.to_datetime(df[{names[0]!r}], format=...); if new rows come later, split "
            "by it: --time.",
        )
