"""All that the checks may see: one frozen bundle of measurements, no data to scan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from prefit.evidence.advice import Advice
from prefit.evidence.amounts import AmountNoise
from prefit.evidence.annotation import Annotation
from prefit.evidence.comparisons import BaselineDrift, DomainTest, FeatureDrift
from prefit.evidence.copies import NearTwins
from prefit.evidence.curves import Curves
from prefit.evidence.labels import LabelNoise
from prefit.evidence.leaks import LeakPrice, SingleFeature
from prefit.evidence.network import NetworkProbe
from prefit.evidence.remedies import Remedy
from prefit.evidence.splitting import RowOrder, SplitGap
from prefit.evidence.suites import SuiteResult
from prefit.evidence.training import TrainingEvidence
from prefit.past import Run
from prefit.profiling.values import ColumnProfile, Profile
from prefit.task import Level, Requirement, Task
from prefit.waivers import WaiverRule

__all__ = ["Evidence"]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All measurements of one run.

    A measurement that the level does not ask for is None. One that was asked for and could not be made is None and
    named in `missing` with the reason: checks that need it are then skipped for that reason, and not passed over.
    """

    task: Task
    profile: Profile
    level: Level = "standard"
    test_profile: Profile | None = None
    single_features: tuple[SingleFeature, ...] | None = None
    leak_price: LeakPrice | None = None
    row_order: RowOrder | None = None
    group_gap: SplitGap | None = None
    time_gap: SplitGap | None = None
    near_twins: NearTwins | None = None
    near_overlap: NearTwins | None = None
    inflation: SplitGap | None = None
    domain: DomainTest | None = None
    drift: tuple[FeatureDrift, ...] | None = None
    baseline: BaselineDrift | None = None
    curves: Curves | None = None
    label_noise: LabelNoise | AmountNoise | None = None
    annotation: Annotation | None = None
    advice: Advice | None = None
    networks: tuple[NetworkProbe, ...] | None = None
    remedies: tuple[Remedy, ...] | None = None
    training: TrainingEvidence | None = None
    suite: SuiteResult | None = None
    past: tuple[Run, ...] | None = None
    requirement: Requirement | None = None
    waivers: tuple[WaiverRule, ...] | None = None
    today: dt.date = field(default_factory=dt.date.today)
    missing: Mapping[str, str] = field(default_factory=dict)
    show_values: bool = False

    @property
    def test_labels(self) -> ColumnProfile | None:
        """The target column of the test data; None where they have none, or no row of it is filled."""
        column = None if self.test_profile is None else self.test_profile.columns.get(str(self.task.target))
        return column if column is not None and column.n_present else None
