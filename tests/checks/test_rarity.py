"""Tests of how rows in rare categories are counted."""

import numpy as np
import pyarrow as pa
import pytest

import prefit
from prefit.checks.rarity import rare_fraction
from prefit.evidence import Evidence
from prefit.profiling import infer_kinds
from prefit.task import Task


def evidence_of(values):
    """Profile one column of texts."""
    profile = prefit.profile(pa.table({"name": values}))
    kinds, reasons = infer_kinds(profile)
    return Evidence(task=Task(features=("name",), kinds=kinds, kind_reasons=reasons), profile=profile)


def heavy_tailed(n_rows):
    """Names of which a few hundred are frequent and thousands are rare, and the share of the rows with a rare one."""
    drawn = np.random.default_rng(4).zipf(1.5, n_rows) % 5_000
    _, place, counts = np.unique(drawn, return_inverse=True, return_counts=True)
    return [f"v{value}" for value in drawn], float((counts[place] < 10).mean())


def test_a_heavy_tail_is_counted_value_by_value():
    """The values beyond the 100 most frequent are not all rare because they are so on average."""
    values, share = heavy_tailed(20_000)
    found = evidence_of(values)
    assert rare_fraction(found, found.profile.columns["name"], 10) == pytest.approx(share)


def test_a_heavy_tail_of_more_rows_than_the_sample_is_estimated():
    """Values that are frequent in the sample are told apart from the rest."""
    values, share = heavy_tailed(200_000)
    found = evidence_of(values)
    assert rare_fraction(found, found.profile.columns["name"], 10) == pytest.approx(share, abs=0.02)


def test_blank_texts_are_no_category():
    """They count as missing."""
    found = evidence_of(["", " ", *(f"v{i // 2}" for i in range(400)), *["usual"] * 600])
    assert rare_fraction(found, found.profile.columns["name"], 5) == pytest.approx(400 / 1002)
