"""The check ``baseline-drift``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.evidence.comparisons import BaselineDrift as Drift
from prefit.evidence.comparisons import ColumnDrift
from prefit.finding import Finding
from prefit.wording import percent, plural

__all__ = ["BaselineDrift"]


@dataclass(frozen=True)
class BaselineDrift:
    """Do the data differ from those of the baseline report?

    Parameters
    ----------
    max_share : float, default 0.05
        Lower end of the share of rows that would have to change for a column to be as it was, or of the difference
        of the shares of missing values, from which it warns. A score can differ by as much between the two.
    max_chance : float, default 0.003
        Probability that columns without any drift give cause for a finding, over all of them together.
    warn_label : float, default 0.1
        Lower end of the share of labels that would have to change, from which it warns.
    fail_label : float, default 0.5
        Lower end from which it fails.
    max_new_fraction : float, default 0.01
        Lower end of the share of rows with categories that the baseline has not seen, from which it warns.
    new_chance : float, default 0.01
        Probability that as many categories are new by chance, in any column; above it nothing is said.

    What it measures
    ----------------
    The columns of this table beside those in the report that ``--baseline`` names, from the two profiles alone. It
    fails for columns that are gone or hold another kind of values (numbers, text, times), and for labels that are
    distributed otherwise for the most part; it warns of new columns, of new categories and classes, and of drift.

    Drift is a share of the rows with a 90 % interval: for numbers the largest difference of the shares below any
    number (Kolmogorov and Smirnov), for categories half the sum of the differences of their shares, for texts the
    former of their lengths, and for all the difference of the shares of missing values. A report knows the shares
    below some forty numbers of a column (fewer in tables of less than 2,000 rows); what may lie between them is not
    counted. The rate of false discoveries is held below `max_chance` over all columns. Dates and running numbers go
    on by nature, so that of them only the missing values are compared; embeddings are not compared.

    Why it hurts training
    ---------------------
    A model that was good on the earlier data, its limits, and the code around it may not suit these; a column
    that changed without notice is most often an error on the way.

    Example
    -------
    A price list switched from euros to cents: 100 % of the rows lie elsewhere in `price`, median shifted by +3,100
    standard deviations.

    What to do
    ----------
    Find out why the column moved. Mend the way it is made, or, if the world has changed, accept the data and make this
    report the next baseline.

    When it may be a false alarm
    ----------------------------
    When the baseline is meant to differ: another season, another country, a balanced sample.

    References
    ----------
    Breck et al. (2019), Data validation for machine learning, MLSys.
    Benjamini & Hochberg (1995), Controlling the false discovery rate, doi:10.1111/j.2517-6161.1995.tb02031.x.
    """

    id: ClassVar[str] = "baseline-drift"
    stage: ClassVar[Stage] = "run"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("baseline",)

    max_share: float = 0.05
    max_chance: float = 0.003
    warn_label: float = 0.1
    fail_label: float = 0.5
    max_new_fraction: float = 0.01
    new_chance: float = 0.01

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield what :meth:`findings` says of the baseline of the run."""
        assert evidence.baseline is not None
        return self.findings(evidence.baseline)

    def findings(self, baseline: Drift) -> Iterator[Finding]:
        """Yield a finding each for the schema, the label, new categories and drifting columns."""
        if baseline.gone or baseline.changed:
            yield self._schema(baseline)
        if baseline.added:
            yield self._added(baseline.added)
        yield from self._label(baseline.columns)
        features = [column for column in baseline.columns if not column.label]
        with_new = self._with_new_categories(features)
        if with_new:
            yield self._unseen(with_new, "values")
        drifted = sorted(
            (
                column
                for column in features
                if self._drifts(column) and not (column in with_new and _by_new_alone(column))
            ),
            key=_low,
            reverse=True,
        )
        if drifted:
            yield self._drift(drifted, len(features))

    def _schema(self, baseline: Drift) -> Finding:
        said = [f"lack {listed(baseline.gone)}, which the baseline has"] if baseline.gone else []
        if baseline.changed:
            before, now = next(iter(baseline.changed.values()))
            said.append(f"hold another kind of values in {listed(list(baseline.changed))} ({before} then, {now} now)")
        return Finding(
            check=self.id,
            status="fail",
            message=f"The data {' and '.join(said)}.",
            columns=(*baseline.gone, *baseline.changed),
            measured=len(baseline.gone) + len(baseline.changed),
            limit=0,
            unit="columns",
            why="Code and models made for the earlier columns stop, or read one column as another.",
            remedy="Read both with one schema; if the change is meant, make this report the baseline: "
            "`--baseline NEW/report.json`.",
        )

    def _added(self, added: Sequence[str]) -> Finding:
        return Finding(
            check=self.id,
            status="warn",
            message=f"The baseline has no {listed(added)}.",
            columns=tuple(added),
            measured=len(added),
            limit=0,
            unit="columns",
            why="Nobody has looked at the new columns as features yet; one of them may tell the target.",
            remedy="Leave them out by `--drop`, or make this report the baseline: `--baseline NEW/report.json`.",
        )

    def _label(self, columns: Sequence[ColumnDrift]) -> Iterator[Finding]:
        for label in (column for column in columns if column.label):
            if label.n_new and label.new_chance <= self.new_chance:
                yield self._unseen([label], "classes")
            if label.low > self.warn_label and label.chance <= self.max_chance:
                failed = label.low > self.fail_label
                yield Finding(
                    check=self.id,
                    status="fail" if failed else "warn",
                    message=f"{percent(label.distance)} of the labels would have to change to be distributed like "
                    f"those of the baseline{_shift(label)}.",
                    columns=(label.column,),
                    measured=label.distance,
                    limit=self.fail_label if failed else self.warn_label,
                    unit="fraction of the labels",
                    interval=(label.low, label.high),
                    why="Scores, probabilities and thresholds of the earlier data do not hold for these labels.",
                    remedy="Find out whether the label is made otherwise, or rows were selected; weight them back to "
                    "the earlier shares if they were.",
                )

    def _with_new_categories(self, features: Sequence[ColumnDrift]) -> list[ColumnDrift]:
        compared = sum(column.measure == "shares" for column in features)
        found = [
            column
            for column in features
            if column.new_low > self.max_new_fraction and column.new_chance * compared <= self.new_chance
        ]
        return sorted(found, key=lambda column: -column.new_rows)

    def _unseen(self, found: Sequence[ColumnDrift], what: str) -> Finding:
        worst = found[0]
        return Finding(
            check=self.id,
            status="warn",
            message=f"The data hold {what} that the baseline has not in {listed([column.column for column in found])}: "
            f"{plural(worst.n_new, 'new one')} in {percent(worst.new_rows)} of the rows of {worst.column!r}.",
            columns=tuple(column.column for column in found),
            measured=worst.new_rows,
            limit=self.max_new_fraction if what == "values" else 0.0,
            unit=f"fraction with new {what}",
            why="A model of the earlier data has learnt nothing of a value that it never saw.",
            remedy="Look for renamed or newly coded values; if they are right, train anew on these data.",
        )

    def _drifts(self, column: ColumnDrift) -> bool:
        moved = not column.runs_on and column.low > self.max_share and column.chance <= self.max_chance
        return moved or self._gaps(column)

    def _gaps(self, column: ColumnDrift) -> bool:
        return column.missing_low > self.max_share and column.missing_chance <= self.max_chance

    def _drift(self, drifted: Sequence[ColumnDrift], n_compared: int) -> Finding:
        worst, names = drifted[0], tuple(column.column for column in drifted)
        gaps = worst.runs_on or worst.missing_low > worst.low
        others = f"; also {listed(names[1:])}" if len(names) > 1 else ""
        said = (
            f"the share of missing values of {worst.column!r} differs by {percent(worst.missing)} of the rows"
            if gaps
            else f"{percent(worst.distance)} of the rows lie elsewhere in {worst.column!r}{_shift(worst)}"
        )
        return Finding(
            check=self.id,
            status="warn",
            message=f"{len(drifted)} of {plural(n_compared, 'column')} drifted since the baseline: {said}{others}.",
            columns=names,
            measured=worst.missing if gaps else worst.distance,
            limit=self.max_share,
            unit="fraction of the rows",
            interval=(worst.missing_low, worst.missing_high) if gaps else (worst.low, worst.high),
            why="What was found out on the earlier data, scores included, may not hold for these: a score can differ "
            "by as large a share, whence the limit.",
            remedy=f"Compare {worst.column!r} then and now: unit, code, filter, time, place. Mend it, or make this "
            "report the baseline: `--baseline NEW/report.json`.",
        )


def _by_new_alone(column: ColumnDrift) -> bool:
    """Whether new categories make the whole distance: they are a finding of their own."""
    return column.low <= column.new_rows and column.missing_low <= column.new_rows


def _low(column: ColumnDrift) -> float:
    return column.missing_low if column.runs_on else max(column.low, column.missing_low)


def _shift(column: ColumnDrift) -> str:
    return "" if not column.shift else f", median {column.shift:+.2g} standard deviations"
