"""Every figure of real tables against an exact computation by other means."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tests.profiling.tables import cut, profile

import prefit
from prefit.profiling import Profile
from prefit.profiling.values import ColumnProfile

SAMPLES = Path(__file__).parents[2] / "data_samples"
TARGETS = {
    "abalone.feather": "rings", "adult_income.parquet": "income", "bechdel_movies.csv": "binary",
    "heart_disease_dirty.csv": "disease", "penguins.jsonl": "species", "sick_thyroid.parquet": "diagnosis",
    "wine_quality_train.parquet": "quality",
}  # fmt: skip
every_file = pytest.mark.parametrize("name", sorted(TARGETS))


@cache
def table_of(name: str) -> pa.Table:
    """Read a table, malformed lines left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return prefit.open_source(SAMPLES / name).to_table()


@cache
def profile_of(name: str) -> Profile:
    """Profile a table in three partitions."""
    table = table_of(name)
    return profile(table, TARGETS[name], cut(table, table.num_rows // 3, table.num_rows // 2, batch_rows=700))


def columns(name: str) -> Iterator[tuple[ColumnProfile, list[object]]]:
    """Yield what the profile says of each column, and its values."""
    for column in profile_of(name).columns.values():
        yield column, table_of(name).column(column.name).to_pylist()


def numbers(values: list[object]) -> list[int | float]:
    """Return the finite numbers, booleans as 0 and 1."""
    return [value + 0 for value in values if isinstance(value, (int, float)) and math.isfinite(value)]


@every_file
def test_counts_are_those_of_a_loop(name: str) -> None:
    """Missing in all its forms, zeros and negatives."""
    for column, values in columns(name):
        texts = [value for value in values if isinstance(value, str)]
        assert column.n_rows == len(values)
        assert column.n_null == values.count(None)
        assert column.n_nan == sum(value != value for value in values)  # noqa: PLR0124 (only NaN differs from itself)
        assert column.n_zero == sum(value == 0 for value in numbers(values))
        assert column.n_negative == sum(value < 0 for value in values if isinstance(value, (int, float)))
        assert column.n_empty == texts.count("")
        assert column.n_blank == sum(value.isspace() for value in texts)


@every_file
def test_extremes_and_lengths_are_those_of_a_loop(name: str) -> None:
    """As Python objects; lengths in bytes."""
    for column, values in columns(name):
        present = [value for value in values if value is not None and value == value]  # noqa: PLR0124
        if present and isinstance(present[0], str):
            present.sort(key=lambda value: value.encode())
            lengths = [len(value.encode()) for value in present]
            assert column.lengths is not None
            assert (column.lengths.minimum, column.lengths.maximum) == (min(lengths), max(lengths))
            assert column.lengths.mean == sum(lengths) / len(lengths)
            assert (column.minimum, column.maximum) == (present[0], present[-1])
        elif present:
            assert (column.minimum, column.maximum) == (min(present), max(present))


@every_file
def test_moments_are_those_of_exact_fractions(name: str) -> None:
    """Sums without any rounding, rounded once."""
    for column, values in columns(name):
        exact = [Fraction(value) for value in numbers(values)]
        if not exact:
            assert column.mean is None
            continue
        mean = sum(exact) / len(exact)
        second, third, fourth = (sum((value - mean) ** power for value in exact) for power in (2, 3, 4))
        assert column.mean == pytest.approx(float(mean), rel=1e-15)
        assert column.std == pytest.approx(math.sqrt(second / max(len(exact) - 1, 1)), rel=1e-12)
        if second:
            assert column.skewness == pytest.approx(
                float(third) * len(exact) ** 0.5 / float(second) ** 1.5, rel=1e-9, abs=1e-12
            )
            assert column.kurtosis == pytest.approx(len(exact) * float(fourth / second**2) - 3, rel=1e-9, abs=1e-12)


@every_file
def test_distinct_and_frequent_values_are_those_of_a_counter(name: str) -> None:
    """All of them, and how often each occurs."""
    for column, values in columns(name):
        counter = Counter(value for value in values if value is not None and value == value)  # noqa: PLR0124
        assert (column.distinct.estimate, column.distinct.exact, column.top_exact) == (len(counter), True, True)
        assert [entry.count for entry in column.top] == [count for _, count in counter.most_common(100)]
        assert all(counter[entry.value] == entry.count for entry in column.top)


@every_file
def test_quantiles_and_histograms_are_those_of_numpy(name: str) -> None:
    """Of all rows, as the sample holds them all."""
    for column, values in columns(name):
        found = np.array(numbers(values), np.float64)
        if column.numeric is None or len(found) == 0:
            continue
        assert column.numeric.n_values == len(found)
        for share, value in column.numeric.quantiles.items():
            assert value == np.quantile(found, share, method="inverted_cdf")
        assert column.histogram is not None
        inner = np.array(column.histogram.edges)[1:-1]
        expected = np.bincount(np.searchsorted(inner, found, side="right"), minlength=len(inner) + 1)
        assert list(column.histogram.counts) == expected.tolist()


@every_file
def test_duplicates_and_conflicts_are_those_of_pandas(name: str) -> None:
    """All rows that repeat an earlier one, and all whose features stand with two labels."""
    found, table = profile_of(name), table_of(name)
    rows = pd.DataFrame({column: pd.factorize(pd.Series(table[column].to_pylist(), dtype=object))[0] for column in
                         table.column_names})  # fmt: skip
    assert found.duplicates.estimate == rows.duplicated().sum()
    features = [column for column in rows if column != found.target]
    labels = rows[found.target].where(rows[found.target] >= 0)
    groups = labels.groupby([rows[column] for column in features])
    conflicting = (groups.transform("nunique") > 1) & labels.notna()
    assert found.conflicts is not None
    assert found.conflicts.estimate == conflicting.sum()
    assert set(found.conflicts.positions) <= set(np.flatnonzero(conflicting))


@every_file
def test_classes_and_their_support_are_those_of_pandas(name: str) -> None:
    """Rows of every class, and in how many of them a feature is neither missing nor zero."""
    found, frame = profile_of(name), table_of(name).to_pandas()
    assert found.class_counts is not None
    assert found.class_support is not None
    labels = frame[found.target].astype(object).where(frame[found.target].notna())
    assert {entry.value: entry.count for entry in found.class_counts} == labels.value_counts().to_dict()
    for feature, counts in zip(found.class_support.features, found.class_support.counts, strict=True):
        values = frame[feature]
        texts = values.map(lambda value: isinstance(value, str) and not value.strip())
        there = values.notna() & (values.astype(object) != 0) & ~texts
        assert counts.tolist() == [int(there[labels == entry.value].sum()) for entry in found.class_counts]


@every_file
def test_strong_correlations_are_those_of_pandas(name: str) -> None:
    """Each pair on the rows that have both."""
    frame = table_of(name).to_pandas()
    expected = frame.select_dtypes(["number", "bool"]).astype(float).corr(min_periods=10)
    strong = {
        (first, second): expected.loc[first, second]
        for place, first in enumerate(expected)
        for second in list(expected)[place + 1 :]
        if abs(expected.loc[first, second]) >= 0.9
    }
    found = {(pair.first, pair.second): pair.r for pair in profile_of(name).correlations}
    assert found == pytest.approx(strong, abs=1e-3)
