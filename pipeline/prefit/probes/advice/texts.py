"""Features of texts that all given rows teach, or those that labelled rows teach: both curves are forecast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from prefit.evidence.advice import Pretrained
from prefit.probes.advice.matrix import FINEST, FOLDS, Numbers, standardized
from prefit.probes.advice.penalties import linear_model
from prefit.probes.advice.pretrained import crossing, forecast_at, sizes_up_to
from prefit.probes.frame import Array, as_texts
from prefit.probes.models import quiet
from prefit.probes.problem import Problem
from prefit.probes.score import metric_name, score
from prefit.task import Task

__all__ = ["Terms", "answers_of", "count_terms", "learnt_features", "part_of", "pretrained_texts", "texts_of"]

COMPONENTS = 100
MOST_TERMS = 20_000
MOST_ROWS = 4_000
LONGEST = 2_000
"""Characters of a text that are read."""

CHARACTERS_PER_SECOND = {"word": 300_000.0, "char_wb": 40_000.0}
"""Characters that are cut into terms, and learnt from, in a second of CPU time; so many fit into the budget."""

WORDS = 5.0
"""Words of a text in the mean from which words are its terms; those of names and codes are runs of characters."""

FEW_ROWS = 1_000
"""Labelled rows up to which each fifth is held out in turn: one fifth of them would say little."""

FEWEST_HELD = 60
REPEATS = 3
RESAMPLED = 200
SURE = 1.64
"""Standard errors from which one start is surely better than the other."""

EXTRAPOLATED = 0.5
"""Standard error of what the forecast adds to the difference that was measured, as a share of it."""

LEAST_AHEAD = 0.01
"""Difference in skill that is worth a word."""

NO_GAIN = 0.02
"""Skill of the better start below which neither has learnt anything."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How often each term occurs in each text; which texts are labelled, held out, and there to learn features from.

    Attributes
    ----------
    counts : scipy.sparse array, shape (n_texts, n_terms)
    train, held : ndarray of int64
        Labelled texts.
    others : ndarray of int64
        Texts that features may be learnt from without labels: all but those that are held out.
    target : ndarray, shape (n_texts,)
        Of the labelled texts, which come first.
    n_classes : int
    """

    counts: Any
    train: Array
    held: Array
    others: Array
    target: Array
    n_classes: int


def pretrained_texts(
    problem: Problem,
    numbers: Numbers,
    table: pa.Table,
    task: Task,
    *,
    planned_rows: int,
    seconds: float = 3.0,
    seed: int = 0,
) -> Pretrained | None:
    """Compare linear models on features of texts, learnt without labels from all rows or with labels from some.

    Without labels: the leading directions of the weighted counts of terms in all rows of the table but those that are
    held out (latent semantic analysis). With labels: a weight for each term that the labelled rows have.

    Parameters
    ----------
    problem : Problem
        Says which rows of the table are labelled.
    numbers : Numbers
        The same rows; says which are held out.
    table : pyarrow.Table
    task : Task
    planned_rows : int
    seconds : float
        CPU seconds, by a model of the cost.
    seed : int

    Returns
    -------
    Pretrained or None
        None where there are no texts, or too few to tell.

    References
    ----------
    Deerwester, Dumais, Furnas, Landauer & Harshman (1990), Indexing by latent semantic analysis.
    """
    columns = task.features_of("text")
    if not columns:
        return None
    parts = _parts(texts_of(table, columns), problem, numbers, seconds, seed)
    if not parts:
        return None
    n_classes, sizes = numbers.n_classes, sizes_up_to(min(len(part.train) for part in parts))
    if len(sizes) < 3 or sum(len(part.held) for part in parts) < FEWEST_HELD:
        return None
    with quiet():
        found = [_curves(part, sizes, seed) for part in parts]
    curves = np.mean([scores for scores, _ in found], axis=0)
    metric = metric_name(n_classes)
    learnt, scratch = (forecast_at(sizes, curve, planned_rows, metric) for curve in curves)
    ahead, measured = learnt[0] - scratch[0], float(curves[0, -1] - curves[1, -1])
    target = np.concatenate([part.target[part.held] for part in parts])
    luck = _luck(target, np.hstack([answers for _, answers in found]), n_classes, seed)
    luck = float(np.hypot(luck, EXTRAPOLATED * (ahead - measured)))
    constant = 1 / n_classes if n_classes else 0.0
    gain = max(learnt[0], scratch[0]) - constant
    is_sure = abs(ahead) > max(SURE * luck, LEAST_AHEAD * (1 - constant)) and gain > NO_GAIN * (1 - constant)
    return Pretrained(
        kind="text",
        columns=columns,
        metric=metric,
        planned_rows=planned_rows,
        pretrained=learnt,
        scratch=scratch,
        crossing_rows=crossing(sizes, curves, metric),
        advised="either" if not is_sure else "pretrained" if ahead > 0 else "random",
    )


def texts_of(table: pa.Table, columns: tuple[str, ...]) -> Array:
    """Return the texts of each row, one after the other."""
    parts = [as_texts(table.column(name)).fillna("").to_numpy(dtype=object) for name in columns]
    return np.array([" ".join(row)[:LONGEST] for row in zip(*parts, strict=True)], dtype=object)


def _parts(texts: Array, problem: Problem, numbers: Numbers, seconds: float, seed: int) -> list[Terms]:
    """Count terms in as many texts as the seconds allow, labelled ones first; hold out each fifth if they are few."""
    assert problem.rows is not None
    random = np.random.default_rng([seed, 8])
    length = max(1.0, float(np.mean([len(text) for text in texts])))
    most = int(min(MOST_ROWS, seconds * CHARACTERS_PER_SECOND[_kind(texts)] / length))
    labelled = random.permutation(numbers.n_rows)[:most]
    unlabelled = np.setdiff1d(np.arange(len(texts)), problem.rows)
    unlabelled = random.permutation(unlabelled)[: max(0, most - len(labelled))]
    affordable = FOLDS * (len(labelled) + len(unlabelled)) <= 2 * most
    n_held_out = FOLDS if len(labelled) <= FEW_ROWS and affordable else 1
    counts = count_terms(texts[np.concatenate([problem.rows[labelled], unlabelled])])
    if counts is None:
        return []
    fold = numbers.fold[labelled] * FOLDS // FINEST
    target = numbers.target[labelled]
    return [
        part_of(counts, np.flatnonzero(fold != number), np.flatnonzero(fold == number), target, numbers.n_classes)
        for number in range(n_held_out)
    ]


def part_of(counts: Any, train: Array, held: Array, target: Array, n_classes: int) -> Terms:
    """Say which texts are trained on and held out; of terms, those are kept that a text has which is not held out.

    Parameters
    ----------
    counts : scipy.sparse array, shape (n_texts, n_terms)
    train, held : ndarray of int64
    target : ndarray
        Of the labelled texts, which come first.
    n_classes : int
    """
    others = np.setdiff1d(np.arange(counts.shape[0]), held)
    known = np.flatnonzero(counts[others].getnnz(axis=0))
    return Terms(counts[:, known], train, held, others, target, n_classes)


def count_terms(texts: Array) -> Any:
    """Count the terms of each text in a sparse matrix; None where no text has a term."""
    from sklearn.feature_extraction.text import CountVectorizer

    kind = _kind(texts)
    lengths = (1, 2) if kind == "word" else (2, 4)
    counter = CountVectorizer(analyzer=kind, ngram_range=lengths, max_features=MOST_TERMS, dtype=np.float32)
    try:
        return counter.fit_transform(texts)
    except ValueError:  # no text has a term
        return None


def _kind(texts: Array) -> str:
    """Return what the terms of these texts are: words, or runs of characters within them."""
    n_words = np.mean([len(text.split()) for text in texts])
    return "word" if n_words >= WORDS else "char_wb"


def _curves(terms: Terms, sizes: Array, seed: int) -> tuple[Array, Array]:
    """Return the held-out scores of both starts at each size, and their answers after the largest one."""
    n_repeats = np.where(sizes < len(terms.train), REPEATS, 1)
    scores = np.zeros((2, len(sizes)))
    learnt = learnt_features(terms, seed)
    constant = 1 / terms.n_classes if terms.n_classes else 0.0
    answers = np.zeros((2, len(terms.held)))
    for repeat in range(REPEATS):
        order = np.random.default_rng([seed, repeat]).permutation(terms.train)
        for place in np.flatnonzero(repeat < n_repeats):
            rows = order[: int(sizes[place])]
            if len(np.unique(terms.target[rows])) < 2:  # nothing to tell apart yet
                scores[:, place] += constant / n_repeats[place]
                continue
            for start, answer in enumerate(answers_of(terms, learnt, rows)):
                scores[start, place] += (
                    score(terms.target[terms.held], answer, terms.n_classes).value / n_repeats[place]
                )
                answers[start] = answer
    return scores, answers


def learnt_features(terms: Terms, seed: int) -> Array:
    """Return the features that texts alone teach."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfTransformer

    weighted = TfidfTransformer(sublinear_tf=True).fit(terms.counts[terms.others]).transform(terms.counts)
    n_components = max(1, min(COMPONENTS, len(terms.others) // 4, weighted.shape[1] - 1))
    found = TruncatedSVD(n_components, n_iter=4, random_state=seed).fit(weighted[terms.others])
    return np.asarray(found.transform(weighted), dtype=np.float64)


def answers_of(terms: Terms, learnt: Array, rows: Array) -> Iterator[Array]:
    """Train both starts on labelled rows, and yield what they say of those that are held out."""
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import Ridge, RidgeClassifier

    target = terms.target[rows]
    if terms.n_classes:
        inputs, unseen = standardized(learnt[rows], learnt[terms.held])
        yield np.asarray(linear_model("l2", 0.1, terms.n_classes).fit(inputs, target).predict(unseen))
    else:
        yield np.asarray(Ridge().fit(learnt[rows], target).predict(learnt[terms.held]))
    counts = terms.counts[rows]
    known = np.flatnonzero(counts.getnnz(axis=0))
    weighting = TfidfTransformer(sublinear_tf=True).fit(counts[:, known])
    inputs, unseen = (weighting.transform(part[:, known]) for part in (counts, terms.counts[terms.held]))
    model = RidgeClassifier() if terms.n_classes else Ridge()
    yield np.asarray(model.fit(inputs, target).predict(unseen))


def _luck(target: Array, answers: Array, n_classes: int, seed: int) -> float:
    """Return the standard error of the difference of both scores: held-out rows are drawn again and again."""
    random = np.random.default_rng([seed, 9])
    drawn = (random.integers(0, len(target), len(target)) for _ in range(RESAMPLED))
    first, second = answers
    differences = [
        score(target[rows], first[rows], n_classes).value - score(target[rows], second[rows], n_classes).value
        for rows in drawn
    ]
    return float(np.std(differences))
