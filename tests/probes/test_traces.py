"""Tests of what stands inside texts and between dates."""

import numpy as np
import pyarrow as pa
import pytest

from prefit.evidence import SingleFeature
from prefit.probes import single_features
from prefit.task import ColumnKind, Task

N = 400
LABELS = np.where(np.random.default_rng(5).random(N) < 0.3, "yes", "no")


def measure(kind: ColumnKind, labels: np.ndarray = LABELS, **columns: object) -> dict[str, SingleFeature]:
    """Return the single features of these columns by name."""
    table = pa.table(columns | {"label": labels})
    kinds = dict.fromkeys(columns, kind) | {"label": "categorical"}
    task = Task(target="label", kind="classification", features=tuple(columns), kinds=kinds)
    return {feature.column: feature for feature in single_features(table, task)}


WRITTEN = {
    "prefix": lambda yes, number: f"{'P' if yes else 'N'}-{number:05d}",
    "prefix without a border": lambda yes, number: f"{'AX' if yes else 'AY'}{number:05d}",
    "suffix": lambda yes, number: f"customer {number}{'_churned' if yes else ''}",
    "word": lambda yes, number: f"ticket {number}: account {'closed' if yes else 'open'} since {number % 7} days",
    "last letter": lambda yes, number: f"{number:05d}{'x' if yes else 'y'}",
    "length": lambda yes, number: f"{number + 10_000}{number:03d}" if yes else f"{number + 10_000}",
    "number": lambda yes, number: f"ID{number + (50_000 if yes else 10_000)}",
}


@pytest.mark.parametrize("kind", ["id-like", "text"])
@pytest.mark.parametrize("way", WRITTEN)
def test_text_that_encodes_the_label_is_seen(way: str, kind: ColumnKind):
    """Each text is another one, and still its letters, words, digits or length tell the label."""
    texts = [WRITTEN[way](label == "yes", number) for number, label in enumerate(LABELS)]
    assert measure(kind, code=texts)["code"].low > 0.9


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("way", WRITTEN)
def test_text_that_encodes_something_else_is_silent(way: str, seed: int):
    """The same texts with labels that have nothing to do with them have no skill."""
    rng = np.random.default_rng(seed)
    texts = [
        WRITTEN[way](yes, int(number)) for number, yes in zip(rng.permutation(N), rng.random(N) < 0.3, strict=True)
    ]
    assert measure("id-like", code=texts)["code"].low < 0.1


def test_missing_texts_are_no_words():
    """A text that is missing has no letters, and those that are there still tell."""
    texts = [None if k % 5 == 0 else WRITTEN["prefix"](label == "yes", k) for k, label in enumerate(LABELS)]
    assert 0.5 < measure("text", code=texts)["code"].skill < 0.95


def test_time_between_two_dates_is_seen():
    """Neither date tells the label; their difference does, and is laid to the later one."""
    rng = np.random.default_rng(0)
    opened = np.datetime64("2024-01-01T00:00:00") + rng.integers(0, 10**8, N)
    closed = opened + np.where(LABELS == "yes", 3_600, 360_000) * rng.integers(1, 10, N)
    found = measure("datetime", opened=pa.array(opened), closed=pa.array(closed))
    assert found["closed"].low > 0.9
    assert found["opened"].low < 0.1


@pytest.mark.parametrize("seed", range(2))
def test_dates_of_another_matter_are_silent(seed: int):
    """Dates that have nothing to do with the label have no skill, nor has the time between them."""
    rng = np.random.default_rng(seed)
    dates = {name: pa.array(np.datetime64("2024-01-01") + rng.integers(0, 900, N)) for name in ("a", "b", "c")}
    assert all(feature.low < 0.1 for feature in measure("datetime", **dates).values())
