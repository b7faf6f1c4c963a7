"""The measurements of a run beyond the profile: which are asked for, and what could not be made.

A probe that fails does not end the run: its evidence is named as missing with the reason, and the checks that need
it are skipped for that reason, so that the verdict cannot be *ready*.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pyarrow as pa

from prefit.checks.base import Check
from prefit.checks.chance import near_fraction, repeated_fraction
from prefit.checks.splits.kinds import changed_kinds
from prefit.config import Options
from prefit.errors import InputError, UsageError
from prefit.evidence import Curves, Evidence, FeatureDrift, SingleFeature, SuiteResult
from prefit.profiling.tally import Tally
from prefit.profiling.values import Profile
from prefit.resident import release, room_beside
from prefit.sources.base import Source
from prefit.stopwatch import Progress, StageProgress, Stopwatch
from prefit.task import Task
from prefit.wording import without_values

__all__ = ["Progress", "Stopwatch", "gather", "judge_suite", "measure_curves"]

CURVES_SHARE = 0.8
"""Share of the budget that the learning curves get; the rest is for the other probes and the report."""

LEAK_SKILL = 0.8
"""One-column skill from which it is worth knowing what the column is worth to a model that has all of them."""

MAX_PRICED = 5
"""More columns than this that predict the target alone are an easy task, not a leak to price."""

ALSO_HELPFUL: Mapping[str, tuple[str, ...]] = {
    "duplicate-rows": ("near_twins", "inflation"),
    "split-overlap": ("near_overlap",),
}
"""What a check judges by where it is there; it can judge exact copies without."""

PRICED_COPIES = 0.005
"""Share of copies beyond chance from which it is worth knowing what they do to a score."""

_BEFORE_SUITE = 230 << 20
"""What the suites count for a process that has not loaded Great Expectations yet."""

T = TypeVar("T")


@dataclass(frozen=True)
class _Attempt:
    """Makes a measurement if a check needs it, and notes why it could not be made; `told` says so without values."""

    needed: frozenset[str]
    watch: Stopwatch
    told: Callable[[Exception], str]
    missing: dict[str, str] = field(default_factory=dict)

    def __call__(self, need: str, stage: str, measure: Callable[[StageProgress], T]) -> T | None:
        if need not in self.needed:
            return None
        if time.monotonic() > self.watch.until:
            self.missing[need] = f"The deadline struck before {stage} could be measured. Give a later --deadline."
            return None
        try:
            with self.watch.stage(stage) as progress:
                return measure(progress)
        except UsageError:  # what was asked for makes no sense: the run ends, no check can say it
            raise
        except InputError as error:
            self.missing[need] = str(error)
        except Exception as error:  # noqa: BLE001 - a crash of a probe is a result: the verdict cannot tell
            self.missing[need] = f"Measuring {stage} failed: {type(error).__name__}: {self.told(error)}"
        return None


def gather(
    task: Task,
    profile: Profile,
    options: Options,
    checks: Sequence[Check],
    watch: Stopwatch,
    *,
    test_profile: Profile | None = None,
    source: Source,
) -> Evidence:
    """Make the measurements that the checks need at the level of the run.

    Parameters
    ----------
    task, profile, options : Task, Profile, Options
    checks : sequence of Check
        Those that were selected; a measurement that none of them needs is not made.
    watch : Stopwatch
    test_profile : Profile, optional
        Profile of the test data.
    source : Source
        Read once more, and only where an expectation suite is to be run on all rows.

    Raises
    ------
    UsageError
        If an option turns out to make no sense for these data.
    """
    needed = {need for check in checks for need in check.needs}
    if "single_features" in needed:
        needed.add("leak_price")  # asked for only where a single feature gives cause
    needed.update(need for check in checks for need in ALSO_HELPFUL.get(check.id, ()))
    attempt = _Attempt(
        needed=frozenset(needed),
        watch=watch,
        told=lambda error: str(error) if options.show_values else without_values(str(error), profile.columns),
    )
    sample = profile.sample.table
    single_features = leak_price = domain = drift = curves = suite = None
    splits: dict[str, Any] = {}
    if task.target is not None:
        from prefit import probes

        single_features = attempt(
            "single_features", "single features", lambda _: probes.single_features(sample, task, seed=options.seed)
        )
        suspects = _suspects(single_features or ())
        if suspects:
            leak_price = attempt(
                "leak_price",
                "price of leaks",
                lambda _: probes.leak_price(sample, task, suspects, seed=options.seed),
            )
        splits = _split_measures(attempt, sample, task, options.seed)
        if options.level != "quick":
            curves = attempt(
                "curves",
                "learning curves",
                lambda progress: measure_curves(profile, task, options, progress, watch.until),
            )
    if test_profile is not None:
        from prefit import probes

        tested = test_profile
        alike = task.without(changed_kinds(profile.columns, tested.columns, task.features))
        drift = attempt(
            "drift", "drift per feature", lambda _: probes.feature_drift(profile, tested, alike, seed=options.seed)
        )
        compared = _without_running(alike, drift or ())
        domain = attempt(
            "domain",
            "domain test",
            lambda _: probes.domain_test(sample, tested.sample.table, compared, seed=options.seed),
        )
    if options.expectations is not None:
        suite = attempt("suite", "expectations", lambda _: judge_suite(source, options))
    return Evidence(
        task=task,
        profile=profile,
        level=options.level,
        test_profile=test_profile,
        single_features=single_features,
        leak_price=leak_price,
        **splits,
        **_copies(attempt, profile, test_profile, task, options.seed),
        domain=domain,
        drift=drift,
        curves=curves,
        suite=suite,
        requirement=options.require,
        waivers=options.waivers or None,
        missing=attempt.missing,
        show_values=options.show_values,
    )


def _split_measures(attempt: _Attempt, sample: pa.Table, task: Task, seed: int) -> dict[str, Any]:
    """Compare ways to split the rows: by their order in the table unless they have a time, by groups, by time."""
    from prefit import probes

    measured: dict[str, Any] = {}
    if task.time is None:
        measured["row_order"] = attempt("row_order", "row order", lambda _: probes.row_order(sample, task, seed))
    if task.group is not None:
        measured["group_gap"] = attempt("group_gap", "grouped split", lambda _: probes.group_gap(sample, task, seed))
    if task.time is not None or task.features_of("datetime"):
        measured["time_gap"] = attempt("time_gap", "split in time", lambda _: probes.time_gap(sample, task, seed))
    return measured


def _copies(attempt: _Attempt, profile: Profile, test_profile: Profile | None, task: Task, seed: int) -> dict[str, Any]:
    """Look for rows that nearly repeat others, and price the copies where there are more than chance gives."""
    from prefit import probes

    sample = profile.sample
    measured: dict[str, Any] = {}
    near = measured["near_twins"] = attempt(
        "near_twins",
        "near copies",
        lambda _: probes.near_twins(sample.table, sample.positions, task, n_rows=profile.n_rows, seed=seed),
    )
    exact = profile.duplicates.low / profile.n_rows - repeated_fraction(profile.columns.values(), profile.n_rows)
    if task.target is not None and max(0.0, exact) + near_fraction(near)[1] > PRICED_COPIES:
        measured["inflation"] = attempt(
            "inflation",
            "price of copies",
            lambda _: probes.inflation(sample.table, sample.positions, task, near, n_rows=profile.n_rows, seed=seed),
        )
    if test_profile is not None:
        tested = test_profile.sample
        measured["near_overlap"] = attempt(
            "near_overlap",
            "near copies in the test data",
            lambda _: probes.near_overlap(
                sample.table, tested.table, tested.positions, task, n_rows=profile.n_rows, seed=seed
            ),
        )
    return measured


def judge_suite(source: Source, options: Options) -> SuiteResult:
    """Run the suite on all rows; what a partition says of malformed lines, a finding says already."""
    from prefit import sources, suites

    def batches() -> Iterator[pa.RecordBatch]:
        for part in source.partitions():
            yield from part.batches(lambda _: None)

    release()  # what the profile took and no longer holds
    with sources.parquet_files(source) as files:
        return suites.run_suite(
            suites.Rows(source.schema, batches, files, sources.in_postgresql(source)),
            options.expectations or "",
            name=source.name,
            show_values=options.show_values,
            memory_bytes=suites.MEMORY_BYTES if options.memory is None else room_beside(options.memory, _BEFORE_SUITE),
        )


def measure_curves(
    profile: Profile, task: Task, options: Options, progress: StageProgress, until: float = math.inf
) -> Curves:
    """Probe all families on the row sample and forecast the training that the options plan.

    The probing ends at the time `until` of ``time.monotonic`` if it is not done before.

    Raises
    ------
    InputError
        If the rows are too few, or have too little in them, to fit and score a model.
    """
    from prefit import probes

    return probes.learning_curves(
        profile.sample.table,
        task,
        chosen=options.model,
        budget_seconds=options.budget * CURVES_SHARE,
        level=options.level,
        seed=options.seed,
        planned_rows=options.planned_rows,
        n_rows_given=_n_labelled(profile),
        required=None if options.require is None else options.require.minimum,
        notes=_missed_classes(profile, task),
        progress=progress,
        until=until,
    )


def _missed_classes(profile: Profile, task: Task) -> tuple[str, ...]:
    """Say how many classes of a large table are so rare that no row of theirs was sampled."""
    if task.target is None or task.kind != "classification" or profile.class_counts is None:
        return ()
    sampled = Tally.of_column(profile.sample.table.column(task.target))
    seen = {entry.value for entry in sampled.most_frequent(len(sampled.values))}
    n_missed = sum(entry.value not in seen for entry in profile.class_counts)
    if not n_missed:
        return ()
    return (f"{n_missed} of {len(profile.class_counts)} classes: no row of theirs is in the row sample.",)


def _without_running(task: Task, drift: Sequence[FeatureDrift]) -> Task:
    """Return the task without features that differ by nature, unless there are no others."""
    running = {feature.column for feature in drift if feature.runs_on}
    left = tuple(name for name in task.features if name not in running)
    return replace(task, features=left or task.features)


def _suspects(single_features: Sequence[SingleFeature]) -> tuple[str, ...]:
    strong = [feature for feature in single_features if max(feature.low, feature.missing_low) >= LEAK_SKILL]
    strong.sort(key=lambda feature: -max(feature.skill, feature.missing_skill))
    return tuple(feature.column for feature in strong) if len(strong) <= MAX_PRICED else ()


def _n_labelled(profile: Profile) -> int:
    return profile.columns[profile.target or ""].n_present
