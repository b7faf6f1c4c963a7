"""Data sets to plant wrong labels into: real ones of a corpus, and drawn ones whose labels are right as they are.

Of the real ones nobody knows how many labels are wrong before any are planted; where models that have not seen a row
predict its label nearly always, few can be. The drawn ones say exactly what is wrong in them, which is nothing: the
hard ones have classes that overlap, so that no model can be right, and yet every label is.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from benchmarks.truth.defects.clean import SHAPES, TARGET, clean_table

__all__ = ["LabelledSet", "all_sets", "clean_sets", "drawn_sets", "real_sets"]

SIZES = (200, 500, 1_000, 3_000, 10_000)
"""Rows of the tables that nothing is planted into."""

MOST_ROWS = 2_000
FEWEST_OF_CLASS = 25
"""Rows that a class must have; smaller ones are left out, as no model can learn them beside wrong labels."""

Random = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """A table with a label in column ``label``.

    Parameters
    ----------
    name : str
    origin : {"real", "drawn", "drawn hard", "clean"}
    table : pyarrow.Table
    """

    name: str
    origin: str
    table: pa.Table


REAL: dict[str, tuple[str, ...]] = {
    "wdbc": (), "biopsy_wisconsin": ("ID",), "banknote": (), "mushroom": (), "pendigits": (), "letter": (),
    "kr_vs_kp": (), "segment": (), "dermatology": (), "soybean": (), "authorship": (), "congress_votes_1984": (),
    "penguins": (), "hawks_species": ("BandNumber",), "sdss_skyserver": ("objid", "specobjid"),
    "har_weight_lifting": (), "sick": (), "car_evaluation": (), "vowel": (), "ionosphere": (), "cnae9": (),
    "sms_spam": (), "phoneme": (), "pumpkin_seeds": (), "balance_scale": (), "cell_segmentation": ("case",),
    "tic_tac_toe": (), "waveform5000": (), "pima_diabetes": (), "german_credit": (), "telco_churn": ("customerID",),
}  # fmt: skip
"""Data sets of the corpus, with the columns that are left out as they name rows."""


def all_sets(corpus: Path | None) -> Iterator[LabelledSet]:
    """Give the real sets, where there is a corpus, and the drawn ones."""
    if corpus is not None:
        yield from real_sets(corpus)
    yield from drawn_sets()


def real_sets(corpus: Path) -> Iterator[LabelledSet]:
    """Read those of the corpus, at most 2,000 rows of each, as ``manifest.jsonl`` names files and targets."""
    for line in map(json.loads, (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()):
        if line["name"] not in REAL:
            continue
        table = pq.read_table(corpus / line["file"])
        table = table.drop_columns([name for name in REAL[line["name"]] if name in table.column_names])
        place = table.column_names.index(line["target"])
        labels = table.column(place).cast(pa.string())
        table = table.set_column(place, "label", labels).filter(pc.is_valid(labels))
        rows = np.random.default_rng(0).permutation(table.num_rows)[:MOST_ROWS]
        yield LabelledSet(name=line["name"], origin="real", table=_frequent(table.take(pa.array(np.sort(rows)))))


def _frequent(table: pa.Table) -> pa.Table:
    counts = pc.value_counts(table["label"])
    often = counts.filter(pc.greater_equal(counts.field("counts"), FEWEST_OF_CLASS)).field("values")
    return table.filter(pc.is_in(table["label"], value_set=often))


def drawn_sets() -> Iterator[LabelledSet]:
    """Draw the synthetic sets; each has right labels alone."""
    for name, (origin, draw) in DRAWN.items():
        random = np.random.default_rng([len(name), *name.encode()])
        yield LabelledSet(name=name, origin=origin, table=draw(random))


def clean_sets(n_seeds: int) -> Iterator[LabelledSet]:
    """Draw tables of all shapes and sizes in which no label is wrong, nothing else is, and classes overlap."""
    for seed, n_rows, shape, task in itertools.product(range(n_seeds), SIZES, SHAPES, ("binary", "multiclass")):
        drawn = clean_table(shape, task, n_rows, seed)
        table = pa.Table.from_pandas(drawn.table.rename(columns={TARGET: "label"}), preserve_index=False)
        yield LabelledSet(name=drawn.name, origin="clean", table=table)


def _table(features: np.ndarray, labels: np.ndarray) -> pa.Table:
    columns = {f"x{place}": column for place, column in enumerate(features.T)}
    return pa.table(columns | {"label": np.array([f"class {chr(97 + k)}" for k in range(26)])[labels]})


def _gaussians(distance: float, shares: tuple[float, ...], n_features: int, spread: tuple[float, ...] = ()) -> Callable:
    """Draw a normal class at each corner of a simplex; the closer they are, the more they overlap."""

    def draw(random: Random, n_rows: int = 1_500) -> pa.Table:
        labels = random.choice(len(shares), n_rows, p=shares)
        centres = np.eye(max(len(shares), n_features))[: len(shares), :n_features] * distance / np.sqrt(2)
        scale = np.asarray(spread)[labels][:, None] if spread else 1.0
        return _table(centres[labels] + scale * random.normal(size=(n_rows, n_features)), labels)

    return draw


def _logistic(slope: float) -> Callable:
    """Draw a label whose odds grow linearly: at no place are the classes apart."""

    def draw(random: Random) -> pa.Table:
        x = random.normal(size=(2_000, 6))
        odds = slope * (x @ np.array([1.0, -0.8, 0.6, 0.4, 0, 0]) - 0.3)
        return _table(x, (random.random(2_000) < 1 / (1 + np.exp(-odds))).astype(int))

    return draw


def _board(soft: float) -> Callable:
    """Draw squares of a chessboard, the borders between which are soft; no linear model learns them."""

    def draw(random: Random) -> pa.Table:
        x = random.uniform(0, 3, size=(2_000, 2))
        wave = np.sin(np.pi * x[:, 0]) * np.sin(np.pi * x[:, 1])
        chance = 1 / (1 + np.exp(-wave / soft)) if soft else wave > 0
        return _table(np.hstack([x, random.normal(size=(2_000, 2))]), (random.random(2_000) < chance).astype(int))

    return draw


def _rare_counts(random: Random) -> pa.Table:
    """Draw two classes of counts, one of 8 % of the rows, that overlap at small counts alone."""
    labels = (random.random(2_000) < 0.08).astype(int)
    rates = np.array([[2.0, 5, 1, 3], [4.0, 9, 3, 3]])[labels]
    return _table(random.poisson(rates).astype(float), labels)


def _categories(random: Random) -> pa.Table:
    """Draw categories whose levels each speak for a class, none for sure."""
    labels = random.integers(0, 3, 1_500)
    columns = {}
    for place in range(6):
        chances = random.dirichlet(np.full(5, 0.7), size=3)
        levels = (chances[labels].cumsum(axis=1) < random.random((1_500, 1))).sum(axis=1)
        columns[f"x{place}"] = np.array(["red", "green", "blue", "grey", "black", "black"])[levels]
    return pa.table(columns | {"label": np.array(["low", "middle", "high"])[labels]})


def _embeddings(random: Random) -> pa.Table:
    """Draw classes that are directions of a space of 64 components, in a column of lists."""
    labels = random.integers(0, 5, 1_500)
    centres = random.normal(size=(5, 64)) * 0.5
    vectors = (centres[labels] + random.normal(size=(1_500, 64))).astype(np.float32)
    lists = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), 64)
    return pa.table({"vector": lists, "label": np.array(["a", "b", "c", "d", "e"])[labels]})


def _moons(random: Random) -> pa.Table:
    angle, labels = random.uniform(0, np.pi, 1_200), random.integers(0, 2, 1_200)
    x = np.column_stack([np.cos(angle), np.sin(angle)])
    x[labels == 1] = np.array([1, 0.4]) - x[labels == 1]
    return _table(x + random.normal(0, 0.1, x.shape), labels)


DRAWN: dict[str, tuple[str, Callable]] = {
    "four normal classes, far apart": ("drawn", _gaussians(6, (0.25,) * 4, 6)),
    "ten normal classes, apart": ("drawn", _gaussians(5.5, (0.1,) * 10, 12)),
    "moons": ("drawn", _moons),
    "embeddings of five classes": ("drawn", _embeddings),
    "board": ("drawn", _board(0)),
    "two normal classes, 7 % overlap": ("drawn hard", _gaussians(3, (0.5, 0.5), 4)),
    "two normal classes, 16 % overlap": ("drawn hard", _gaussians(2, (0.5, 0.5), 4)),
    "two normal classes, 31 % overlap": ("drawn hard", _gaussians(1, (0.5, 0.5), 4)),
    "three normal classes, overlapping": ("drawn hard", _gaussians(2.2, (0.5, 0.3, 0.2), 5)),
    "a wide class around a narrow one": ("drawn hard", _gaussians(0.5, (0.5, 0.5), 3, (1.0, 3.0))),
    "unequal classes, overlapping": ("drawn hard", _gaussians(2, (0.85, 0.15), 5)),
    "logistic": ("drawn hard", _logistic(1.5)),
    "logistic, weak": ("drawn hard", _logistic(0.5)),
    "soft board": ("drawn hard", _board(0.25)),
    "rare class of counts": ("drawn hard", _rare_counts),
    "categories": ("drawn hard", _categories),
}
"""From the name of a drawn set to its origin and how it is drawn."""
