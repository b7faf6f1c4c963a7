"""The check ``malformed-rows``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import MalformedRow
from prefit.wording import percent

__all__ = ["MalformedRows"]


@dataclass(frozen=True)
class MalformedRows:
    """Are there lines of the input that could not be read?

    Parameters
    ----------
    max_fraction : float, default 0.0
        Share of the lines that may be unreadable; a clean file has none.
    fail_fraction : float, default 0.1
        Share above which the check fails: what was read is not the file.

    What it measures
    ----------------
    The lines of a text file that do not fit its header or its types (too many or too few fields, an open quote), as a
    share of all lines with data, and where the first of them are.

    Why it hurts training
    ---------------------
    The rows are lost, and not by chance: those with long texts, quotes or line breaks in them are. Often it is the
    first sign that delimiter, quoting or encoding were guessed wrongly, so that other rows were read, but not as they
    are meant.

    Example
    -------
    A comment with a semicolon in it shifts all following fields of the line.

    What to do
    ----------
    Look at the lines; repair the export, or name delimiter, quote and encoding in the configuration.

    When it may be a false alarm
    ----------------------------
    A last line that holds a sum or a remark, not data.

    References
    ----------
    RFC 4180, Common format for comma-separated values. van den Burg, Nazabal & Sutton (2019), Wrangling messy CSV
    files, doi:10.1007/s10618-019-00646-y.
    """

    id: ClassVar[str] = "malformed-rows"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    max_fraction: float = 0.0
    fail_fraction: float = 0.1

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when lines were lost."""
        malformed = evidence.profile.malformed
        n_lines = malformed.count + evidence.profile.n_rows
        if malformed.count <= self.max_fraction * n_lines:
            return
        share = malformed.count / n_lines
        failed = share > self.fail_fraction
        yield Finding(
            check=self.id,
            status="fail" if failed else "warn",
            message=f"{malformed.count:,} of {n_lines:,} lines ({percent(share)}) could not be "
            f"read{_places(malformed.examples)}.",
            measured=share,
            limit=self.fail_fraction if failed else self.max_fraction,
            unit="fraction",
            why="Lines with quotes, delimiters or line breaks in their texts are lost first, so that the rest is a "
            "biased choice; and other lines may have been read wrongly. A clean file has none, hence the limit.",
            remedy="Look at these lines; then repair the export, or set delimiter, quote or encoding under [csv] in "
            "prefit.toml.",
        )


def _places(examples: tuple[MalformedRow, ...], *, limit: int = 3) -> str:
    """Name the first lines and their reasons."""
    if not examples:
        return ""
    return ": " + "; ".join(f"line {row.line:,} of {row.file} ({row.reason})" for row in examples[:limit])
