"""Clean synthetic tables: whatever a check says about them is a false alarm.

Every table has a signal that no single column gives away, a bounded share of missing values, categories and classes
with rows enough, and no two equal rows. The shapes cover numbers, categories, text, dates, flags and mixtures of them;
the awkward one holds what is unusual and yet in order: heavy tails, amounts that are often zero, related lengths,
ratings, years, coordinates, rounded and bimodal numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

__all__ = ["SHAPES", "TARGET", "TASKS", "CleanTable", "clean_table"]

TARGET = "outcome"
SHAPES = ("numeric", "categorical", "mixed", "text", "wide", "awkward")
TASKS = ("binary", "multiclass", "regression")

_PROSE = (
    "the a of to and in that it was with for on as at by this from they we say her she or an will my one all would "
    "there their what so up out if about who get which go me when make can like time no just him know take people "
    "into year good some could them see other than then now look only come over think also back after use two how "
    "our work first well way even new want because any these give day most us river stone garden window letter "
    "music market engine winter summer bridge paper silver copper forest island harbour castle village teacher "
    "doctor farmer"
)
_WORDS = tuple(_PROSE.split())
_SYLLABLES = tuple(a + b for a, b in zip("bcdfghjklmnprstvwz", "aoueaiouaeioaiuoau", strict=True))


@dataclass(frozen=True)
class CleanTable:
    """A table without a known defect.

    Parameters
    ----------
    name : str
    table : pandas.DataFrame
    target : str
    task : {"classification", "regression"}
    """

    name: str
    table: pd.DataFrame
    target: str
    task: str


def clean_table(shape: str, task: str, n_rows: int, seed: int) -> CleanTable:
    """Draw a clean table.

    Parameters
    ----------
    shape : one of `SHAPES`
    task : one of `TASKS`
    n_rows : int
        At least 200.
    seed : int

    Examples
    --------
    >>> clean_table("mixed", "binary", 200, seed=1).table.shape[0]
    200
    """
    random = np.random.default_rng([SHAPES.index(shape), TASKS.index(task), n_rows, seed])
    columns: dict[str, object] = {}
    signal = np.zeros(n_rows)
    for part, count in _parts(shape, random):
        for i in range(count):
            values, told = _COLUMNS[part](random, n_rows, i)
            columns[f"{part}_{i}"] = values
            signal += told
    table = pd.DataFrame(columns)
    if shape in ("mixed", "wide"):
        _blank_some(table, random)
    table[TARGET] = _target(signal, task, random)
    order = random.permutation(table.shape[1])
    name = f"clean-{shape}-{task}-{n_rows}-{seed}"
    kind = "regression" if task == "regression" else "classification"
    return CleanTable(name, table.iloc[:, order].reset_index(drop=True), TARGET, kind)


def _parts(shape: str, random: np.random.Generator) -> list[tuple[str, int]]:
    few = int(random.integers(4, 9))
    return {
        "numeric": [("normal", few), ("uniform", 2), ("gamma", 2), ("count", 1)],
        "categorical": [("category", few), ("normal", 1)],
        "mixed": [("normal", 3), ("gamma", 1), ("count", 2), ("category", few // 2), ("flag", 1), ("date", 1)],
        "text": [("text", 1), ("normal", 3), ("category", 1)],
        "wide": [("normal", 25), ("uniform", 15), ("category", 6), ("flag", 4)],
        "awkward": [
            ("lognormal", 2),
            ("amount", 2),
            ("pair", 2),
            ("rating", 2),
            ("year", 1),
            ("place", 2),
            ("tail", 1),
            ("percent", 1),
            ("rounded", 1),
            ("bimodal", 1),
        ],
    }[shape]


def _normal(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    z = random.standard_normal(n_rows)
    return z * 10 ** random.uniform(-1, 2) + random.uniform(-3, 3), z * random.uniform(0.2, 0.6)


def _uniform(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    u = random.uniform(size=n_rows)
    return u * 10 ** random.uniform(0, 3), np.sin(3 * u) * random.uniform(0, 0.6)


def _gamma(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    g = random.gamma(random.uniform(1.5, 4), size=n_rows)
    return g * 10 ** random.uniform(0, 3), np.log(g) * random.uniform(0, 0.4)


def _count(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    count = random.poisson(random.uniform(2, 60), n_rows)
    return count, (count - count.mean()) / max(count.std(), 1) * random.uniform(0, 0.4)


def _category(random: np.random.Generator, n_rows: int, i: int) -> tuple[object, np.ndarray]:
    n_values = int(random.integers(2, 9))
    names = np.array(
        [f"{_SYLLABLES[(i + k) % 18]}{_SYLLABLES[(5 * k + i) % 18]}{_SYLLABLES[k]}" for k in range(n_values)]
    )
    shares = random.dirichlet(np.full(n_values, 8.0)) * 0.4 + 0.6 / n_values
    codes = random.choice(n_values, n_rows, p=shares)
    return names[codes], random.normal(0, 0.4, n_values)[codes]


def _flag(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    flag = random.uniform(size=n_rows) < random.uniform(0.2, 0.8)
    return flag, flag * random.uniform(0, 0.6)


def _date(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    days = random.integers(0, 2000, n_rows)
    return pd.Timestamp("2018-01-01") + pd.to_timedelta(days, unit="D"), np.zeros(n_rows)


def _text(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    lengths = random.integers(8, 30, n_rows)
    words = random.integers(0, len(_WORDS), lengths.sum())
    starts = np.concatenate(([0], np.cumsum(lengths)))
    texts = [" ".join(_WORDS[w] for w in words[a:b]) for a, b in pairwise(starts)]
    weight = random.normal(0, 1.0, len(_WORDS))
    told = np.add.reduceat(weight[words], starts[:-1]) / np.sqrt(lengths)
    return texts, told * 0.8


def _lognormal(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    z = random.standard_normal(n_rows)
    return np.exp(random.uniform(0.5, 1.2) * z + 5), z * random.uniform(0, 0.4)


def _amount(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    """Nothing for many, and anything from a little to a lot for the others."""
    paid = random.uniform(size=n_rows) < random.uniform(0.3, 0.7)
    return np.round(np.where(paid, random.gamma(1.5, 80, n_rows), 0), 2), paid * random.uniform(0, 0.6)


def _pair(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    """Lengths that are nearly proportional to one size, the same one for every call on a table."""
    size = np.random.default_rng(n_rows).standard_normal(n_rows)
    return 20 + 3 * (size + 0.15 * random.standard_normal(n_rows)), size * 0.2


def _rating(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    rating = random.choice([-2, -1, 0, 1, 2] if random.uniform() < 0.5 else [1, 2, 3, 4, 5], n_rows)
    return rating, rating * random.uniform(0, 0.2)


def _year(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    year = random.integers(1990, 2021, n_rows)
    return year, (year - 2005) * 0.02


def _place(random: np.random.Generator, n_rows: int, i: int) -> tuple[object, np.ndarray]:
    degrees = random.normal(48 if i else -110, 2, n_rows)
    return np.round(degrees, 5), np.zeros(n_rows)


def _tail(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    """Forty names of which the frequent ones hold nearly all rows, as towns do."""
    shares = 1 / np.arange(1, 41) ** 1.1
    codes = np.minimum(random.choice(40, n_rows, p=shares / shares.sum()), max(6, min(39, n_rows // 120)))
    return np.array([f"Town {_SYLLABLES[k % 18]}{_SYLLABLES[k // 18]}" for k in range(40)])[codes], np.zeros(n_rows)


def _percent(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    share = random.beta(0.8, 0.8, n_rows)
    return np.round(100 * share), share * random.uniform(0, 0.5)


def _rounded(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    income = np.exp(random.normal(10.5, 0.4, n_rows))
    return np.round(income, -3), np.log(income) * random.uniform(0, 0.5)


def _bimodal(random: np.random.Generator, n_rows: int, _: int) -> tuple[object, np.ndarray]:
    second = random.uniform(size=n_rows) < 0.3
    return np.where(second, random.normal(30, 1, n_rows), random.normal(0, 1, n_rows)), second * random.uniform(0, 0.5)


_COLUMNS = {
    "lognormal": _lognormal,
    "amount": _amount,
    "pair": _pair,
    "rating": _rating,
    "year": _year,
    "place": _place,
    "tail": _tail,
    "percent": _percent,
    "rounded": _rounded,
    "bimodal": _bimodal,
    "normal": _normal,
    "uniform": _uniform,
    "gamma": _gamma,
    "count": _count,
    "category": _category,
    "flag": _flag,
    "date": _date,
    "text": _text,
}


def _blank_some(table: pd.DataFrame, random: np.random.Generator) -> None:
    """Take up to 15 % of the values of some columns away, at random."""
    for name in table.columns:
        if random.uniform() < 0.3 and not name.startswith(("flag", "date")):
            table[name] = table[name].mask(random.uniform(size=len(table)) < random.uniform(0.01, 0.15))


def _target(signal: np.ndarray, task: str, random: np.random.Generator) -> object:
    score = (signal - signal.mean()) / max(signal.std(), 1e-9) + random.normal(0, 0.6, len(signal))
    if task == "regression":
        return 50 + 12 * score
    if task == "binary":
        return np.where(score > np.quantile(score, random.uniform(0.4, 0.7)), "yes", "no")
    n_classes = int(random.integers(3, 6))
    cuts = np.quantile(score, np.arange(1, n_classes) / n_classes)
    return np.array([f"group {chr(97 + k)}" for k in range(n_classes)])[np.searchsorted(cuts, score)]
