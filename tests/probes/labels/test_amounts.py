"""Tests of the search for wrong values of a target that is a number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from prefit.errors import InputError
from prefit.evidence.amounts import REASONS, AmountNoise
from prefit.evidence.suspects import TIERS
from prefit.probes import amount_noise
from prefit.probes.labels.heaping import heaping
from prefit.probes.labels.impossible import Impossible
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
