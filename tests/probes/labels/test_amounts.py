"""Tests of the search for wrong values of a target that is a number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from prefit.errors import InputError
from prefit.evidence.amounts import REASONS, AmountNoise
from prefit.evidence.suspects import TIERS
from prefit.probes import amount_noise
from prefit.probes.labels.amounts import tells
from prefit.probes.labels.every_row import Everywhere, Scores, Scoring
from prefit.probes.labels.heaping import heaping
from prefit.probes.labels.impossible import Impossible
from prefit.sources import open_source
from prefit.task import Task

N_ROWS = 600
NAMES = ("a", "b", "c")
TASK = Task(target="y", kind="regression", features=NAMES, kinds=dict.fromkeys((*NAMES, "y"), "numeric"))
Array = np.ndarray[Any, Any]


def drawn(seed: int = 0) -> tuple[Array, Array, np.random.Generator]:
    """Return features, what they say of the target, and what draws the rest."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(N_ROWS, 3))
    return x, x @ np.array([1.0, -0.8, 0.6]), random


def searched(x: Array, y: Array) -> AmountNoise:
    """Look for wrong values among rows that are numbered from 1,000."""
    table = pa.table({**dict(zip(NAMES, x.T, strict=True)), "y": y})
    return amount_noise(table, np.arange(len(y)) + 1_000, TASK)


def acted_on(noise: AmountNoise, reason: str) -> set[int]:
    """Return the rows to act on for a reason."""
    suspects = noise.suspects
    chosen = (suspects.tier == TIERS.index("act")) & (suspects.reason == REASONS.index(reason))  # type: ignore[arg-type]
    return set((suspects.positions[chosen] - 1_000).tolist())


def heavy_tailed(signal: Array, random: np.random.Generator) -> Array:
    """Scatter by a t distribution of two degrees of freedom."""
    return signal + 0.3 * random.standard_t(2, len(signal))


def log_normal(signal: Array, random: np.random.Generator) -> Array:
    """Return amounts over three powers of ten."""
    return np.exp(5 + 1.2 * signal + random.normal(0, 0.5, len(signal)))


def often_nought(signal: Array, random: np.random.Generator) -> Array:
    """Return amounts, none at all in six rows of ten."""
    return np.where(random.random(len(signal)) < 0.6, 0.0, log_normal(signal, random))


def counts(signal: Array, random: np.random.Generator) -> Array:
    """Return counts about their mean."""
    return random.poisson(np.exp(2.5 + 0.5 * signal)).astype(float)


def with_a_hidden_group(signal: Array, random: np.random.Generator) -> Array:
    """Raise one row of twelve for a reason that no feature tells."""
    return signal + random.normal(0, 0.1, len(signal)) + (random.random(len(signal)) < 0.08) * random.uniform(2, 4)


@pytest.mark.parametrize("target", [heavy_tailed, log_normal, often_nought, counts, with_a_hidden_group])
def test_right_values_are_left_alone(target: Any) -> None:
    """However far they scatter, and though some rows have something in common that no feature tells."""
    x, signal, random = drawn()
    noise = searched(x, target(signal, random))
    assert noise.low < 0.005
    assert len(acted_on(noise, "swapped value") | acted_on(noise, "outlying value")) < 3
    assert acted_on(noise, "impossible value") == set()


def test_values_in_a_wrong_unit_are_named_and_put_right() -> None:
    """Twelve values that are a thousand times too large are found, and what they should have been."""
    x, signal, random = drawn()
    y = np.exp(3 + 0.5 * signal + random.normal(0, 0.1, N_ROWS))
    wrong = random.permutation(N_ROWS)[:12]
    spoilt = y.copy()
    spoilt[wrong] *= 1_000
    noise = searched(x, spoilt)
    found = acted_on(noise, "unit error")
    assert found <= set(wrong.tolist())
    assert len(found) >= 10
    assert noise.heaping is None
    first = noise.suspects.suggested[:8]
    assert first == pytest.approx(y[noise.suspects.positions[:8] - 1_000])


def test_swapped_values_are_found_and_counted() -> None:
    """Of one value of ten that is another row's, most are found, and the interval holds how many there are."""
    x, signal, random = drawn()
    y = signal + random.normal(0, 0.1, N_ROWS)
    wrong = random.permutation(N_ROWS)[:60]
    spoilt = y.copy()
    spoilt[wrong] = y[np.roll(wrong, 1)]
    noise = searched(x, spoilt)
    assert noise.low <= 0.1 <= noise.high + 0.01  # some are swapped for nearly the same
    found = acted_on(noise, "swapped value") | acted_on(noise, "outlying value")
    assert len(found & set(wrong.tolist())) >= 0.9 * len(found)
    assert len(found) > 40


def test_codes_and_wrong_signs_are_impossible() -> None:
    """A count is neither -999 nor -3; a temperature may be below nought."""
    random = np.random.default_rng(0)
    counted = random.poisson(2.0, 500).astype(float)
    counted[:6], counted[6:9] = -999.0, -3.0
    assert np.flatnonzero(Impossible.of(counted).among(counted)).tolist() == list(range(9))
    scattered = random.normal(2, 1, 500)
    assert not Impossible.of(scattered).among(scattered).any()


def test_zero_among_amounts_is_looked_at_but_not_acted_on() -> None:
    """A price of nought may be a gift."""
    x, signal, random = drawn()
    y = np.exp(3 + signal + random.normal(0, 0.2, N_ROWS))
    y[:3] = 0.0
    suspects = searched(x, y).suspects
    assert set((suspects.positions[suspects.tier == TIERS.index("review")] - 1_000).tolist()) == {0, 1, 2}


def test_rounding_costs_what_it_takes_away() -> None:
    """A third of the values are multiples of ten: the variance of the rounding is a third of 100 / 12."""
    random = np.random.default_rng(0)
    exact = np.round(random.normal(200, 40, 5_000), 1)
    found = heaping(np.where(random.random(5_000) < 1 / 3, np.round(exact, -1), exact), unexplained=100.0)
    assert found is not None
    assert found.step == 10.0
    assert found.share == pytest.approx(1 / 3, abs=0.03)
    assert found.cost == pytest.approx(100 / 12 / 3 / 100, abs=0.003)


@pytest.mark.parametrize("digits", [-1, 0, 2, 12])
def test_values_that_are_all_as_exact_are_not_heaped(digits: int) -> None:
    """Multiples of ten that are by chance, or of what all are multiples of, were rounded by nobody."""
    assert heaping(np.round(np.random.default_rng(0).normal(200, 60, 2_000), digits), unexplained=100.0) is None


def test_few_distinct_values_leave_the_rate_open() -> None:
    """Of a rating from 1 to 5 nothing stands out: nobody knows how many are wrong."""
    x, signal, _ = drawn()
    noise = searched(x, np.clip(np.round(signal + 3), 1, 5))
    assert (noise.mean, noise.low, noise.high) == (0.0, 0.0, 1.0)


def test_one_guess_for_all_tells_nothing_of_counts() -> None:
    """One and two drinks a day are two in three answers: a guess in between is nearer to most than their middle is."""
    values = np.repeat([-1.0, 0.0, 0.6, 1.0, 1.5], [38, 29, 14, 9, 10])
    assert not tells(values, np.full(100, -0.5))
    assert tells(values, 0.8 * values)


def test_forty_rows_are_too_few() -> None:
    """They are refused with the number that is needed."""
    x, signal, _ = drawn()
    with pytest.raises(InputError, match=r"rows must be 50 or more to look for wrong values of the target; got 40"):
        searched(x[:40], signal[:40])


def test_values_whose_squares_are_beyond_all_numbers_are_looked_at() -> None:
    """There is no finding of rounding among them."""
    x, signal, random = drawn()
    noise = searched(x, 1e300 * (signal + random.normal(0, 0.1, N_ROWS)))
    assert noise.n_rows == N_ROWS
    assert noise.heaping is None


def everywhere(table: pa.Table) -> Everywhere:
    """Run a pass over the rows of a table here, in two parts."""
    half = table.num_rows // 2
    parts = (table.slice(0, half), 0), (table.slice(half), half)

    def run(scoring: Scoring) -> Scores:
        given = [open_source(part).partitions()[0] for part, _ in parts]
        placed = [replace(part, first_row=row) for part, (_, row) in zip(given, parts, strict=True)]  # type: ignore[type-var]
        return sum((scoring.folded(part, scoring.empty()) for part in placed[::-1]), scoring.empty())

    return run


def deep(x: Array, y: Array, step: int = 4, **others: Any) -> AmountNoise:
    """Score all rows with models of some of them."""
    table = pa.table({**dict(zip(NAMES, x.T, strict=True)), "y": y, **others})
    rows = np.arange(0, len(y), step)
    task = replace(TASK, group="site") if "site" in others else TASK
    return amount_noise(table.take(pa.array(rows)), rows, task, everywhere=everywhere(table))


def test_values_that_are_not_in_the_sample_are_judged_like_those_that_are() -> None:
    """Units, codes and wrong signs are found where no sampled row has them; a missing value is left out."""
    random = np.random.default_rng(1)
    x = random.normal(size=(2_400, 3))
    y = log_normal(x @ np.array([1.0, -0.8, 0.6]) / 2, random)
    wrong = np.arange(1, 2_400, 60)  # none is in the sample
    y[wrong], y[2], y[3] = y[wrong] * 1_000, np.nan, -5.0
    suspects = deep(x, y).suspects
    assert sorted(suspects.positions) == [row for row in range(2_400) if row != 2]
    act = suspects.positions[suspects.of_tier("act")]
    assert len(set(wrong) & set(act)) > 0.9 * len(wrong)
    assert len(act) < 1.15 * len(wrong)
    of_three = suspects.positions == 3
    assert TIERS[int(suspects.tier[of_three][0])] == "review"
    assert REASONS[int(suspects.reason[of_three][0])] == "impossible value"
    units = suspects.reason == REASONS.index("unit error")  # type: ignore[arg-type]
    assert np.median(suspects.suggested[units] / y[suspects.positions[units]]) == pytest.approx(1e-3)


def test_values_are_judged_by_models_that_have_not_seen_their_group() -> None:
    """Values drawn at random for each group are predicted for its other rows only if the group is not named."""
    random = np.random.default_rng(0)
    site = np.repeat(np.arange(15), 80)
    x = np.column_stack([site + random.normal(scale=0.01, size=1_200), *random.normal(size=(2, 1_200))])
    y = random.permutation(15)[site] + random.normal(scale=0.05, size=1_200)
    off = []
    for others in ({}, {"site": [f"site {number}" for number in site]}):
        suspects = deep(x, y, **others).suspects
        beside = (suspects.positions % 4 != 0) & np.isfinite(suspects.suggested)
        off.append(np.median(np.abs(suspects.suggested - suspects.given)[beside]))
    assert off[0] < 1
    assert off[1] > 2


def test_copies_of_sampled_rows_are_judged_by_models_that_have_not_seen_them() -> None:
    """Values drawn at random for each row stay unknown, though each is in the sample and three times beside it."""
    random = np.random.default_rng(0)
    x, y = np.repeat(random.normal(size=(400, 3)), 4, axis=0), np.repeat(random.normal(size=400), 4)
    suspects = deep(x, y).suspects
    beside = (suspects.positions % 4 != 0) & np.isfinite(suspects.suggested)
    assert beside.sum() > 1_000
    assert abs(np.corrcoef(suspects.suggested[beside], suspects.given[beside])[0, 1]) < 0.3
