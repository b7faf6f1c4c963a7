"""Drawn crowds of annotators whose errors are known: what is the consensus worth, and what is said of each of them?

    python -m benchmarks.truth.labels.crowds [--crowds 100] [--items 500]

Each crowd has five people, right between 55 and 98 % of the time, who mistake some classes for others more readily;
each item is labelled by three of them. Prints Markdown: how often the consensus and the vote of the majority are right,
how far the probability of the consensus is from how often it is right, how far the accuracies are off, and how often
their intervals hold them.
"""

from __future__ import annotations

import argparse

import numpy as np
import pyarrow as pa
from benchmarks.truth.labels.figures import markdown

from prefit.probes import annotation
from prefit.task import Annotators, Task

PEOPLE = ("ann", "bob", "cid", "dee", "eve")
LABELS_OF_ITEM = 3


def drawn(n_items: int, n_classes: int, random: np.random.Generator) -> tuple[np.ndarray, pa.Table]:
    """Return the true classes of the items, and a column of labels for each of the people."""
    true = random.choice(n_classes, n_items, p=random.dirichlet(np.full(n_classes, 5.0)))
    chosen = random.random((n_items, len(PEOPLE))).argsort(axis=1)[:, :LABELS_OF_ITEM]
    columns = {}
    for number, name in enumerate(PEOPLE):
        accuracy = random.uniform(0.55, 0.98)
        confusion = (1 - accuracy) * random.dirichlet(np.ones(n_classes), size=n_classes)
        confusion[np.arange(n_classes), np.arange(n_classes)] += accuracy
        given = (confusion[true].cumsum(axis=1) < random.random((n_items, 1))).sum(axis=1).clip(max=n_classes - 1)
        columns[name] = pa.array([f"class {k}" for k in given], mask=~(chosen == number).any(axis=1))
    return true, pa.table(columns)


def judged(n_items: int, n_classes: int, seed: int) -> dict[str, float]:
    """Draw a crowd and hold what is said of it against the truth."""
    random = np.random.default_rng(seed)
    true, table = drawn(n_items, n_classes, random)
    found = annotation(table, np.arange(n_items), Task(annotators=Annotators(columns=PEOPLE)))
    names = np.array(found.classes)
    right = names[found.consensus.label] == np.array([f"class {k}" for k in true])
    labels = np.stack([table[name].to_numpy(zero_copy_only=False) for name in PEOPLE], axis=1)
    votes = np.stack([(labels == name).sum(axis=1) for name in names], axis=1)
    majority = names[(votes + 0.1 * random.random(votes.shape)).argmax(axis=1)]  # ties are broken at random
    off, held = [], []
    for each in found.annotators:
        given = labels[:, PEOPLE.index(str(each.name))]
        filled = np.array([label is not None for label in given])
        accuracy = (given[filled] == np.array([f"class {k}" for k in true])[filled]).mean()
        off.append(abs(each.accuracy - accuracy))
        held.append(each.low <= accuracy <= each.high)
    return {
        "consensus": right.mean(),
        "majority": (majority == np.array([f"class {k}" for k in true])).mean(),
        "surer than right": found.consensus.posterior.mean() - right.mean(),
        "accuracies off by": float(np.mean(off)),
        "intervals that hold": float(np.mean(held)),
    }


def main() -> None:
    """Print the means over the crowds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crowds", type=int, default=100)
    parser.add_argument("--items", type=int, default=500)
    given = parser.parse_args()
    rows: list[tuple[str, ...]] = []
    for n_classes in (2, 3, 6):
        all_of = [judged(given.items, n_classes, seed) for seed in range(given.crowds)]
        rows = rows or [("classes", *all_of[0])]
        rows.append((str(n_classes), *(f"{np.mean([one[name] for one in all_of]):.3f}" for name in all_of[0])))
    print(markdown(rows))


if __name__ == "__main__":
    main()
