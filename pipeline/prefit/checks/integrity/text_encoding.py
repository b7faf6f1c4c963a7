"""The check ``text-encoding``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import also, target, visible_columns
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent

__all__ = ["TextEncoding"]


@dataclass(frozen=True)
class TextEncoding:
    """Are texts damaged by a wrong encoding?

    Parameters
    ----------
    min_fraction : float, default 0.005
        Share of damaged values from which the check warns; what is wrong in fewer rows costs less than half a point of
        accuracy.

    What it measures
    ----------------
    For every text column and the target, the share of values with replacement characters, with letters that come from
    reading UTF-8 as Latin-1 or the other way round, or with control characters.

    Why it hurts training
    ---------------------
    Damaged words are other words: a category is cut in two, the words of a text are not found in a vocabulary, and new
    rows that are read correctly look different from those the model was trained on.

    Example
    -------
    "MÃ¼nchen" and "München" are two cities.

    What to do
    ----------
    Read the file again with the encoding that it was written in (`encoding=`); replacement characters cannot be
    repaired afterwards.

    When it may be a false alarm
    ----------------------------
    Texts about encodings, or in a script that uses the suspicious letters.

    References
    ----------
    The package ftfy (fixes text for you) describes and repairs the usual damage.
    """

    id: ClassVar[str] = "text-encoding"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    min_fraction: float = 0.005

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the columns with damaged texts."""
        label = target(evidence)
        columns = visible_columns(evidence) + ([label] if label else [])
        shares = {column.name: column.text.damaged_fraction for column in columns if column.text is not None}
        names = tuple(
            sorted((name for name in shares if 0 < shares[name] >= self.min_fraction), key=lambda name: -shares[name])
        )
        if not names:
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{percent(shares[names[0]])} of the texts in {names[0]!r} are damaged by a wrong encoding or "
            f"control characters (limit {percent(self.min_fraction)}){also(names)}.",
            columns=names,
            measured=shares[names[0]],
            limit=self.min_fraction,
            unit="fraction",
            why="Damaged words are other words to a model, and new rows that are read correctly look different. What "
            f"is wrong in fewer than {percent(self.min_fraction)} of the rows costs less than that of accuracy.",
            remedy="Read the file again with the encoding it was written in (encoding='cp1252' or 'utf-8'); else "
            f"df[{names[0]!r}] = df[{names[0]!r}].map(ftfy.fix_text, na_action='ignore')",
        )
