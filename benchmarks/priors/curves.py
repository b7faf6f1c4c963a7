"""Learning curves of LCDB 1.0 as examples for the prior: what is seen of them, and what came true at a larger size."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.dataset as ds

from prefit.probes.frame import Array
from prefit.probes.joint import look
from prefit.probes.traits import Seen

__all__ = ["Batch", "Curve", "batches", "observed", "read"]

SMALLEST_CURVE = 128
"""Rows of the largest size that a curve must have."""

FEWEST_SIZES, LEAST_DOUBLINGS, MOST_DOUBLINGS = 3, 0.45, 6.3

KINDS = {"accuracy": "accuracy", "auc": "roc_auc", "f1": "other"}
"""Metrics of LCDB and the kinds of score that they are to prefit, which is never told of f1."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Scores of a learner on a data set; per outer seed, shape (n_seeds, n_sizes), and their means over all seeds."""

    data_set: int
    learner: str
    kind: str
    sizes: Array
    scores: Array
    std: Array
    train: Array
    truth: Array
    train_truth: Array


@dataclass(frozen=True, slots=True)
class Batch:
    """Curves seen at the same sizes, and the scores that came true at one larger size.

    `train` and `std` are None where they are not to be known. `data_sets` are numbers of OpenML.
    """

    sizes: Array
    scores: Array
    train: Array | None
    std: Array | None
    size: float
    truth: Array
    train_truth: Array
    data_sets: Array
    kind: str
    learners: tuple[str | None, ...]

    def seen(self) -> Seen:
        """Return the curves as prefit sees them."""
        told = {"train_scores": self.train, "scores_std": self.std, "learners": self.learners}
        return look(self.sizes, self.scores, kind=self.kind, **told)


def read(file: Path, metric: str) -> list[Curve]:
    """Read the curves of a metric from the table of all splits.

    Sizes that were trained on once are left out: their scores have no standard deviation.
    """
    names = ["openmlid", "learner", "size_train", "outer_seed", "score_train", "score_valid", "score_test"]
    rows = ds.dataset(file).to_table(columns=names, filter=ds.field("metric") == metric).to_pandas()
    rows["learner"] = rows["learner"].astype("category")
    keys = ["openmlid", "learner", "size_train"]
    truth = rows.groupby(keys, observed=True)[["score_test", "score_train"]].mean()
    seen = rows.groupby([*keys, "outer_seed"], observed=True).agg(
        score=("score_valid", "mean"), std=("score_valid", "std"), train=("score_train", "mean")
    )
    seen = seen.where(seen["std"].notna()).unstack("outer_seed")
    return [
        Curve(
            name[0],
            name[1].rpartition(".")[2],
            KINDS[metric],
            table.index.get_level_values("size_train").to_numpy(np.float64),
            *(table[field].to_numpy().T for field in ("score", "std", "train")),
            *truth.loc[table.index].to_numpy().T,
        )
        for name, table in seen.groupby(keys[:2], observed=True)
    ]


def observed(curve: Curve, seed: int, largest: float) -> Array:
    """Return the places of the sizes up to a largest one that were scored with an outer seed."""
    return np.flatnonzero((curve.sizes <= largest) & ~np.isnan(curve.scores[seed]))


def batches(curves: Iterable[Curve], *, share: float, varied: bool = True, seed: int = 0) -> Iterator[Batch]:
    """Cut curves at random sizes and vary what is seen of them.

    A cut is the same for all learners of a data set. Three in five examples are as they are. Of the others every second
    size or the smallest ones may be missing, scores may be means over all seeds, and the scores on the training rows,
    the deviations between repeats, or the kind of score may be unknown. The learners of one cut in three are unknown.

    Parameters
    ----------
    curves : iterable of Curve
    share : float
        Share of all cuts to take.
    varied : bool, default True
        False leaves all of them as they are.
    seed : int
    """
    together = defaultdict(list)
    for curve in curves:
        if curve.sizes[-1] < SMALLEST_CURVE:
            continue
        for outer_seed in range(len(curve.scores)):
            for last in range(FEWEST_SIZES - 1, len(curve.sizes) - 1):
                random = np.random.default_rng((seed, curve.data_set, outer_seed, last))
                if random.random() < share:
                    example = _example(curve, outer_seed, last, random, varied=varied)
                    if example is not None:
                        key, values = example
                        together[key].append(values)
    for (sizes, size, kind, knows_train, knows_std), examples in together.items():
        *values, learners = zip(*examples, strict=True)
        scores, train, std, truth, train_truth, data_sets = map(np.array, values)
        for part in np.array_split(np.arange(len(examples)), -(-len(examples) // 256)):
            yield Batch(
                np.array(sizes), scores[part], train[part] if knows_train else None, std[part] if knows_std else None,
                size, truth[part], train_truth[part], data_sets[part], kind, tuple(learners[k] for k in part),
            )  # fmt: skip


def _example(
    curve: Curve, seed: int, last: int, random: np.random.Generator, *, varied: bool
) -> tuple[tuple, tuple] | None:
    """Return what curves must share to be in a batch, and the values of this one; None where too little was scored."""
    ahead = np.log2(curve.sizes / curve.sizes[last])
    targets = np.flatnonzero((ahead >= LEAST_DOUBLINGS) & (ahead <= MOST_DOUBLINGS))
    lots = random.random(6)
    if not len(targets):
        return None
    target = targets[-1] if random.random() < 0.5 else targets[int(random.integers(len(targets)))]
    places = observed(curve, seed, curve.sizes[last])
    as_it_is = not varied or lots[0] < 0.6
    if not as_it_is and lots[1] < 0.4:
        places = places[::-1][::2][::-1]
    if not as_it_is and lots[2] < 0.3:
        places = places[2:]
    if len(places) < FEWEST_SIZES or places[-1] != last:
        return None
    average = not as_it_is and lots[3] < 0.3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # seeds that scored none of these sizes
        scores, train, std = (
            np.nanmean(values[:, places], axis=0) if average else values[seed, places]
            for values in (curve.scores, curve.train, curve.std)
        )
    kind = "other" if not as_it_is and lots[4] < 0.3 else curve.kind
    known = [as_it_is or bool(lot > 0.35) for lot in (lots[5], random.random())]
    learner = None if varied and random.random() < 1 / 3 else curve.learner
    key = (tuple(curve.sizes[places]), float(curve.sizes[target]), kind, *known)
    return key, (scores, train, std, curve.truth[target], curve.train_truth[target], curve.data_set, learner)
