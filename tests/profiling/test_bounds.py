"""Do the stated errors and intervals hold, over hundreds of seeded trials?

Bands are such that a right interval fails a test once in thousands of changes of the seed, a wrong one nearly always.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats
from tests.profiling.tables import profile

from prefit.profiling.facts.numeric import PROBABILITIES
from prefit.profiling.values import RowCount

TRIALS = 200
COVERED = (0.83, 0.97)
"""A 90 % interval of 200 trials covers so often: three standard deviations of 2.1 % and a little for discreteness."""


def covered(found: list[RowCount], truths: list[int]) -> float:
    """Return in which share of the trials the truth was in the interval."""
    return float(np.mean([count.low <= truth <= count.high for count, truth in zip(found, truths, strict=True)]))


@pytest.mark.parametrize("skew", [False, True], ids=["even", "skewed"])
def test_the_interval_of_the_distinct_count_covers_nine_times_of_ten(skew: bool) -> None:
    """Whether all values are about as frequent or a few make up most rows; without bias, with the stated spread."""
    rng = np.random.default_rng(1)
    columns = {}
    for trial in range(TRIALS):
        ranks = np.exp(rng.uniform(0, np.log(6_000), 8_000)) if skew else rng.integers(0, 6_000, 8_000)
        columns[f"x{trial}"] = ranks.astype(np.int64) + trial * 10**6
    truths = [len(np.unique(values)) for values in columns.values()]
    found = [
        column.distinct for column in profile(pa.table(columns), key_capacity=258, sample_rows=10).columns.values()
    ]
    assert not any(count.exact for count in found)
    assert COVERED[0] <= np.mean([c.low <= n <= c.high for c, n in zip(found, truths, strict=True)]) <= COVERED[1]
    errors = np.array([count.estimate / truth - 1 for count, truth in zip(found, truths, strict=True)])
    assert abs(errors.mean()) < 3 / 16 / np.sqrt(TRIALS)
    assert errors.std() == pytest.approx(1 / 16, rel=0.25)


def rows_of(rng: np.random.Generator, heavy: bool) -> tuple[pa.Table, int, int]:
    """Draw rows of which some repeat and some of those contradict each other; return the exact counts too."""
    sizes = rng.choice([1, 2, 3], 1_500, p=[0.7, 0.2, 0.1])
    if heavy:
        sizes = np.where(rng.random(1_500) < 0.2, rng.integers(5, 15, 1_500), sizes)
    groups = np.repeat(np.arange(1_500) + rng.integers(0, 2**40), sizes)
    labels = (rng.random(len(groups)) < 0.2).astype(np.int64)
    _, each = np.unique(np.stack([groups, labels]), axis=1, return_counts=True)
    keys, places, counts = np.unique(groups, return_inverse=True, return_counts=True)
    positives = np.bincount(places, weights=labels, minlength=len(keys))
    split = (positives > 0) & (positives < counts)
    order = rng.permutation(len(groups))
    table = pa.table({"x": groups[order], "y": labels[order]})
    return table, int((each - 1).sum()), int(counts[split].sum())


@pytest.mark.parametrize("heavy", [False, True], ids=["pairs", "large groups"])
def test_the_intervals_of_duplicates_and_conflicts_cover_nine_times_of_ten(heavy: bool) -> None:
    """From a third of the distinct rows; the estimates have no bias."""
    rng = np.random.default_rng(2)
    duplicates, conflicts, exact = [], [], []
    for _ in range(TRIALS):
        table, n_duplicates, n_conflicts = rows_of(rng, heavy)
        found = profile(table, "y", row_capacity=500, sample_rows=10, class_rows=1)
        assert found.conflicts is not None
        assert not found.duplicates.exact
        duplicates.append(found.duplicates)
        conflicts.append(found.conflicts)
        exact.append((n_duplicates, n_conflicts))
    for counts, truths in ((duplicates, [one for one, _ in exact]), (conflicts, [one for _, one in exact])):
        assert COVERED[0] <= covered(counts, truths) <= COVERED[1]
        errors = np.array([count.estimate / truth - 1 for count, truth in zip(counts, truths, strict=True)])
        assert abs(errors.mean()) < 4 * errors.std() / np.sqrt(TRIALS)


def test_quantiles_keep_the_stated_rank_error() -> None:
    """65,536 of 200,000 rows: no quantile of fifty columns is off by more than 0.64 % of the rows."""
    rng = np.random.default_rng(3)
    shapes = (rng.standard_normal, rng.standard_cauchy, rng.random, rng.standard_exponential)
    columns = {f"x{i}": shapes[i % 4](200_000) for i in range(50)}
    found = profile(pa.table(columns), key_capacity=64, row_capacity=64)
    errors = []
    for name, values in columns.items():
        quantiles = found.columns[name].numeric.quantiles  # type: ignore[union-attr]
        ranks = np.searchsorted(np.sort(values), list(quantiles.values()), side="right") / len(values)
        errors.append(np.abs(ranks - PROBABILITIES).max())
    assert max(errors) < 0.0064
    assert np.median(errors) < 0.003


def test_the_counts_of_frequent_values_have_the_error_of_a_sample() -> None:
    """Beyond the capacity of the key sample they are scaled from the rows: z-scores are standard normal."""
    rng = np.random.default_rng(4)
    n_rows, n_sampled = 20_000, 4_000
    columns = {f"x{i}": np.where(rng.random(n_rows) < 0.9, rng.integers(0, 5, n_rows), rng.integers(10, 10**9, n_rows))
               for i in range(40)}  # fmt: skip
    found = profile(pa.table(columns), key_capacity=64, sample_rows=n_sampled)
    scores = []
    for name, values in columns.items():
        assert not found.columns[name].top_exact
        for entry in found.columns[name].top[:5]:
            share = np.mean(values == entry.value)
            deviation = n_rows * np.sqrt(share * (1 - share) / n_sampled * (1 - n_sampled / n_rows))
            scores.append((entry.count - share * n_rows) / deviation)
    assert sorted(entry.value for entry in found.columns["x0"].top[:5]) == [0, 1, 2, 3, 4]
    assert stats.kstest(scores, "norm").pvalue > 1e-3


def test_histograms_of_a_sample_have_the_error_of_a_sample() -> None:
    """Every bin holds its share of all rows within five standard deviations."""
    rng = np.random.default_rng(5)
    columns = {"normal": rng.normal(size=50_000), "log-normal": rng.lognormal(0, 1, 50_000)}
    found = profile(pa.table(columns), sample_rows=5_000)
    for name, values in columns.items():
        histogram = found.columns[name].histogram
        assert histogram is not None
        inner = np.array(histogram.edges)[1:-1]
        shares = np.bincount(np.searchsorted(inner, values, side="right"), minlength=len(inner) + 1) / len(values)
        deviations = np.sqrt(5_000 * shares * (1 - shares)) + 1
        assert (np.abs(np.array(histogram.counts) - 5_000 * shares) < 5 * deviations).all()
