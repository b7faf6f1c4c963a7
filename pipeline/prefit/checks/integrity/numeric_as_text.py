"""The check ``numeric-as-text``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import SET_BY_USER, also, features
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile
from prefit.wording import percent

__all__ = ["NumericAsText"]

_CODE_NAME = re.compile(
    r"(?i:(?:^|[_\W])(?:zip|plz|fips|phone|fax|sku|ean|isbn|serial)(?:$|[_\W])|zip_?code|post_?code|postal)"
    r"|(?:^|[_\W])(?i:codes?)$|[a-z]Code$"
)
"""Names of columns whose digits are names and not quantities."""


@dataclass(frozen=True)
class NumericAsText:
    """Are there numbers that are stored as text?

    Parameters
    ----------
    min_fraction : float, default 0.99
        Share of the values that must read as a number. Just below it, `mixed-types` speaks.
    min_values : int, default 15
        Distinct values that it takes. Fewer are learnt as well from one feature each, and are often meant as
        categories.

    What it measures
    ----------------
    For every text column the share of values that read as a number (also with a currency sign, a per cent sign or
    thousands separators), spellings of "missing" left out. Codes with leading zeros are no numbers, nor is what the
    name of the column calls a code: postcodes, FIPS, phone and serial numbers.

    Why it hurts training
    ---------------------
    Every number becomes a category or a text of its own. That 10 lies between 9 and 11 is lost, new numbers are
    unknown, and the column costs hundreds of features instead of one.

    Example
    -------
    A price is written "1,299.00 €" and read as one of 4,000 categories.

    What to do
    ----------
    Convert it when the data are read: name the decimal sign, the thousands separator and the spellings of "missing".

    When it may be a false alarm
    ----------------------------
    When the numbers are names: postcodes, phone numbers, product codes. Set the kind of the column to `categorical`.

    References
    ----------
    pandas, IO tools: the options `decimal`, `thousands` and `na_values` of read_csv.
    """

    id: ClassVar[str] = "numeric-as-text"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    min_fraction: float = 0.99
    min_values: int = 15

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the text columns that hold numbers."""
        reasons = evidence.task.kind_reasons
        found = [
            column
            for column in features(evidence, "categorical", "text")
            if self._concerns(column) and reasons.get(column.name) != SET_BY_USER
        ]
        if not found:
            return
        found.sort(key=lambda column: -column.distinct.estimate)
        names = tuple(column.name for column in found)
        share = found[0].text.numeric_fraction if found[0].text else 0.0
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{percent(share)} of the texts in {names[0]!r} are numbers{also(names)}.",
            columns=names,
            measured=share,
            limit=self.min_fraction,
            unit="fraction",
            why="As texts, numbers lose their order and distance, and every new number is unknown. From the limit "
            "on, what does not read as a number is too rare to be meant.",
            remedy=f"df[{names[0]!r}] = pd.to_numeric(df[{names[0]!r}].str.replace(r'[^0-9.eE+-]', '', regex=True), "
            "errors='coerce')",
        )

    def _concerns(self, column: ColumnProfile) -> bool:
        text = column.text
        return (
            text is not None
            and text.numeric_fraction >= self.min_fraction
            and column.distinct.estimate >= self.min_values
            and not _CODE_NAME.search(column.name)
        )
