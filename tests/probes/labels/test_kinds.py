"""Tests of wrong labels among features that are no plain numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import prefit

N = 600
RNG = np.random.default_rng(0)
TRUE = RNG.integers(0, 2, N)
WRONG = RNG.random(N) < 0.1
LABEL = np.array(["sad", "glad"])[np.where(WRONG, 1 - TRUE, TRUE)]


def embeddings() -> pa.Array:
    """Lists of eight numbers each, one of which tells the class."""
    numbers = RNG.normal(size=(N, 8)).astype(np.float32)
    numbers[:, 0] += 5 * TRUE
    return pa.FixedSizeListArray.from_arrays(pa.array(numbers.ravel()), 8)


def texts() -> pa.Array:
    """Remarks of some words, half of which tell the class."""
    words = (["awful", "boring", "dreadful", "sad"], ["lovely", "great", "delightful", "happy"])
    others = RNG.choice(["film", "plot", "music", "scene", "camera", "actor"], size=(N, 3))
    told = [RNG.choice(words[true], 3) for true in TRUE]
    return pa.array([" ".join([*said, *rest]) for said, rest in zip(told, others, strict=True)])


@pytest.mark.parametrize("feature", [embeddings, texts])
@pytest.mark.parametrize("level", ["standard", "deep"])
def test_wrong_labels_of_texts_and_embeddings_are_found(feature: object, level: str) -> None:
    """At the rate that was planted."""
    found = prefit.label_noise(pa.table({"x": feature(), "y": LABEL}), target="y", level=level)  # type: ignore[operator]
    assert found.low <= WRONG.mean() <= found.high
    act = found.suspects.positions[found.suspects.tier == 2]
    assert WRONG[act].mean() > 0.85
    assert len(act) > 0.7 * WRONG.sum()
