"""Tests of the noise rate: it is what agreement lacks where the models are sure."""

from __future__ import annotations

import numpy as np
import pytest

from prefit.probes.labels.lapse import noise_of


def answers(n: int, *, overlap: float, rate: float, n_classes: int = 2, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Return true class probabilities whose classes overlap more or less, labels drawn from them, and wrong ones."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(n, n_classes)) / overlap
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    drawn = (rng.random((n, 1)) > np.cumsum(chances, axis=1)).sum(axis=1)
    wrong = rng.random(n) < rate
    given = np.where(wrong, (drawn + rng.integers(1, n_classes, n)) % n_classes, drawn)
    return chances, given, wrong


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("n_classes", [2, 5])
def test_interval_holds_the_share_of_wrong_labels(rate: float, n_classes: int) -> None:
    """Classes that hardly overlap leave little doubt."""
    chances, given, wrong = answers(3_000, overlap=0.1, rate=rate, n_classes=n_classes)
    noise = noise_of(chances, given)
    assert noise.low - 1e-3 <= wrong.mean() <= noise.high + 1e-3
    assert noise.high - noise.low < 0.05


@pytest.mark.parametrize("overlap", [0.3, 0.5, 1.0])
def test_overlap_is_no_noise(overlap: float) -> None:
    """Where a fifth of the labels is not predicted because the classes overlap, none is wrong."""
    chances, given, _ = answers(3_000, overlap=overlap, rate=0.0)
    noise = noise_of(chances, given)
    unpredicted = (chances.argmax(axis=1) != given).mean()
    assert noise.low < 0.01
    assert noise.mean < 0.25 * unpredicted
    assert noise.ambiguity == pytest.approx(unpredicted, abs=0.02)


def test_wrong_labels_are_the_suspects() -> None:
    """Each row has its own probability, and those above a half are wrong more often than not."""
    chances, given, wrong = answers(3_000, overlap=0.2, rate=0.1, n_classes=3)
    suspected = noise_of(chances, given).wrong
    assert suspected[wrong].mean() > 5 * suspected[~wrong].mean()
    assert wrong[suspected > 0.5].mean() > 0.8


def test_noise_of_one_class_is_not_averaged_with_the_certainty_of_the_other() -> None:
    """A curve for each class tells that only one of them has wrong labels."""
    chances, given, _ = answers(4_000, overlap=0.1, rate=0.0)
    rng = np.random.default_rng(1)
    spoilt = np.where((given == 0) & (rng.random(4_000) < 0.2), 1, given)
    noise = noise_of(chances, spoilt)
    assert noise.mean == pytest.approx((spoilt != given).mean(), abs=0.015)
    assert noise.wrong[spoilt != given].mean() > 0.7


def test_few_rows_leave_the_rate_open() -> None:
    """Forty rows cannot tell some per cent."""
    chances, given, _ = answers(40, overlap=0.3, rate=0.1)
    noise = noise_of(chances, given)
    assert noise.high - noise.low > 0.05


def test_the_rate_is_drawn_to_zero_where_nothing_speaks_against_it() -> None:
    """Where classes are hardly told apart at all, a third of wrong labels and none explain the rows alike."""
    chances, given, _ = answers(400, overlap=2.0, rate=0.0)
    noise = noise_of(chances, given)
    assert noise.low == 0
    assert noise.high > 0.1
    assert noise.mean < 0.7 * np.median(noise.draws[noise.draws > 0])


def test_other_rows_are_judged_as_those_of_the_sample() -> None:
    """What the curve says holds for rows that it was not fitted to."""
    chances, given, wrong = answers(3_000, overlap=0.2, rate=0.1, n_classes=3)
    noise = noise_of(chances[:2_000], given[:2_000])
    judged = noise.judge(chances[2_000:], given[2_000:])
    assert judged.mean() == pytest.approx(wrong[2_000:].mean(), abs=0.02)
    assert wrong[2_000:][judged > 0.5].mean() > 0.7


@pytest.mark.parametrize("seed", range(3))
def test_classes_between_others_are_no_noise(seed: int) -> None:
    """Of a class that lies between two others a model is nowhere sure, as if its labels were wrong at a rate."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=300)
    bounds = np.array([-0.8, -0.25, 0.25, 0.8])
    below = np.hstack([np.ones((300, 1)), 1 / (1 + np.exp(-(x[:, None] - bounds) / 0.3)), np.zeros((300, 1))])
    chances = below[:, :-1] - below[:, 1:]
    given = (rng.random((300, 1)) > np.cumsum(chances, axis=1)).sum(axis=1)
    assert noise_of(chances, given).low < 0.005
