"""The check ``split-drift``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.wording import listed
from prefit.evidence import DomainTest, Evidence, FeatureDrift
from prefit.finding import Finding
from prefit.wording import percent

__all__ = ["SplitDrift"]


@dataclass(frozen=True)
class SplitDrift:
    """Do the test rows come from another distribution than the training rows?

    Parameters
    ----------
    max_share : float, default 0.05
        Lower end of the share of test rows that lie elsewhere in one feature, or lack its value more or less often,
        from which it warns. A score can differ by as much between the two, and five points are what a report of
        a score is expected to be good for.
    max_chance : float, default 0.003
        Probability that features without any drift give cause for a finding, over all of them together: three
        such tables in a thousand, none of them large, as there chance stays far below `max_share`.
    warn_auc : float, default 0.6
        Lower end of the ROC AUC of the domain classifier from which it warns.
    fail_auc : float, default 0.8
        Lower end from which it fails.
    min_gain : float, default 0.1
        Share of the gain of the classifier from which a column is named.

    What it measures
    ----------------
    Two things. First each feature by itself: the share of the test rows that lie where the training rows do not,
    found by the yes/no question that tells the two apart best (is it above t, is it further than t from the middle, is
    it one of these categories, is the text longer than t), asked of rows that it was not chosen by; and the difference
    of the shares of missing values. Both have a 90 % interval, and the rate of false discoveries is held below
    `max_chance` for all features together, so that 2,000 features without drift raise nothing. Size and interval
    decide, and the number of rows only makes the interval narrow.

    Then all features together: how well a model tells test rows from training rows, as ROC AUC out of fold,
    0.5 when they are alike, and the columns that it goes by.

    Columns that number the rows, and dates that are later throughout in one of the two, differ by nature: they are left
    out of both and only mentioned.

    Why it hurts training
    ---------------------
    A model fits where the training rows are. Where the test rows lie elsewhere its score says nothing of the
    training, and the score of the training nothing of what comes.

    Example
    -------
    Training rows from 2019 to 2022, test rows from 2024 with prices a fifth higher: 46 % of the test rows lie above
    a price that few training rows reach, AUC 0.93, by the price columns.

    What to do
    ----------
    Find out why the files differ (time, place, filter, unit). Mend or drop the columns that give it away, or
    take training rows that are like those to come. If the split is by time on purpose, compare both scores and
    expect the lower.

    When it may be a false alarm
    ----------------------------
    When a column grows by nature (a meter, a year, an age since birth) and the model does not use it: drop it with
    ``--drop``. A feature that drifts and tells nothing of the target costs nothing.

    References
    ----------
    Lopez-Paz & Oquab (2017), Revisiting classifier two-sample tests, ICLR, arXiv:1610.06545.
    Benjamini & Hochberg (1995), Controlling the false discovery rate, doi:10.1111/j.2517-6161.1995.tb02031.x.
    """

    id: ClassVar[str] = "split-drift"
    stage: ClassVar[Stage] = "splits"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("domain", "drift")

    max_share: float = 0.05
    max_chance: float = 0.003
    warn_auc: float = 0.6
    fail_auc: float = 0.8
    min_gain: float = 0.1

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding when features drift or the two sets of rows can be told apart, both beyond doubt."""
        domain, drift = evidence.domain, evidence.drift
        assert domain is not None
        assert drift is not None
        compared = [feature for feature in drift if feature.column in evidence.task.features]
        drifting = sorted(filter(self._drifts, compared), key=_low, reverse=True)
        by_nature = [feature.column for feature in drifting if feature.runs_on]
        drifting = [feature for feature in drifting if not feature.runs_on]
        if drifting:
            yield self._of_features(drifting, domain, len(compared))
        elif domain.low > self.warn_auc:
            yield self._of_all(domain)
        elif by_nature:
            yield Finding(
                check=self.id,
                status="pass",
                message=f"Of the features only {listed(by_nature)} differ, as running numbers and dates do by nature.",
                columns=tuple(by_nature),
            )

    def _drifts(self, feature: FeatureDrift) -> bool:
        moved = feature.low > self.max_share and feature.chance <= self.max_chance
        return moved or (feature.missing_low > self.max_share and feature.missing_chance <= self.max_chance)

    def _of_features(self, drifting: Sequence[FeatureDrift], domain: DomainTest, n_features: int) -> Finding:
        worst, failed = drifting[0], domain.low > self.fail_auc
        of_missing = _of_missing(worst)
        low, high = (worst.missing_low, worst.missing_high) if of_missing else (worst.low, worst.high)
        columns = tuple(feature.column for feature in drifting)
        return Finding(
            check=self.id,
            status="fail" if failed else "warn",
            message=f"{len(drifting):,} of {n_features:,} features drift{'s' if len(drifting) == 1 else ''}: "
            f"{_said(worst)} (90 % interval {percent(low)} to {percent(high)}, limit {percent(self.max_share)})"
            f"{_others(columns)}. {self._by_model(domain, columns)}",
            columns=columns,
            measured=worst.missing if of_missing else worst.distance,
            limit=self.max_share,
            unit="fraction of the test rows",
            interval=(low, high),
            why="A model fits where the training rows are; the score of these test rows may differ by as large a share "
            "from that of rows like the training rows, whence the limit.",
            remedy=f"Compare {worst.column!r} in both files: unit, code, filter, time, place. Mend or drop what "
            "differs, or split again at random: `train_test_split(data, shuffle=True)`.",
        )

    def _by_model(self, domain: DomainTest, columns: Sequence[str]) -> str:
        gains = dict(domain.drivers)
        share = sum(gains.get(column, 0.0) for column in columns)
        by = f", {percent(share)} of its gain from these" if share >= self.min_gain else ""
        return f"A model tells test rows from training rows with ROC AUC {domain.auc:.2f}{by}."

    def _of_all(self, domain: DomainTest) -> Finding:
        failed = domain.low > self.fail_auc
        columns = tuple(column for column, share in domain.drivers if share >= self.min_gain)
        drivers = f", mostly by {listed(columns)}" if columns else ""
        return Finding(
            check=self.id,
            status="fail" if failed else "warn",
            message=f"A model tells the test rows from the training rows with ROC AUC {domain.auc:.2f} "
            f"(90 % interval {domain.low:.2f} to {domain.high:.2f}){drivers}, though no feature drifts by itself.",
            columns=columns,
            measured=domain.auc,
            limit=self.fail_auc if failed else self.warn_auc,
            unit="ROC AUC",
            interval=(domain.low, domain.high),
            why="A model fits where the training rows are; the test rows combine the features otherwise, and so does "
            "their score not speak for the training.",
            remedy="Find out why the two differ: time, place, filter, unit. Mend or drop the columns named, or split "
            "again at random: `train_test_split(data, shuffle=True)`.",
        )


def _low(feature: FeatureDrift) -> float:
    return max(feature.low, feature.missing_low)


def _of_missing(feature: FeatureDrift) -> bool:
    return feature.missing_low > feature.low


def _said(feature: FeatureDrift) -> str:
    if _of_missing(feature):
        return f"the share of missing values of {feature.column!r} differs by {percent(feature.missing)} of the rows"
    shift = "" if feature.shift is None else f", median {feature.shift:+.2g} standard deviations"
    return f"{percent(feature.distance)} of the test rows lie elsewhere in {feature.column!r}{shift}"


def _others(columns: Sequence[str]) -> str:
    return f"; also {listed(columns[1:])}" if len(columns) > 1 else ""
