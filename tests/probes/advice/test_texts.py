"""Features of texts that unlabelled rows teach, against those of labelled rows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from prefit.evidence.advice import Pretrained
from prefit.probes.advice.matrix import Numbers, folds
from prefit.probes.advice.pretrained import crossing
from prefit.probes.advice.texts import count_terms, learnt_features, part_of, pretrained_texts
from prefit.probes.problem import make_problem
from prefit.task import Task


def texts(n: int, *, topic: bool, seed: int = 0) -> tuple[list[str], np.ndarray]:
    """Return texts and labels.

    Either of ten topics, each with words of its own of which a text has a few: words that labelled rows lack occur
    with those that they have. Or with one word among many that tells the label, in any company.
    """
    random = np.random.default_rng(seed)
    topics = random.integers(0, 10, n)
    made = []
    for kind in topics:
        words = [f"any{k}" for k in random.integers(0, 50, 3)]
        if topic:
            words += [f"w{kind}x{k}" for k in random.integers(0, 100, 4)]
        else:
            words += [f"key{kind % 2}{random.integers(0, 200)}"] * 2
        made.append(" ".join(random.permutation(words)))
    return made, topics % 2


def advised(
    made: list[str], label: list[str | None] | np.ndarray, *, planned_rows: int | None = None
) -> Pretrained | None:
    """Ask for advice on texts, of which some may have no label."""
    table = pa.table({"text": made, "label": pa.array([None if one is None else str(one) for one in label])})
    kinds = {"text": "text", "label": "categorical"}
    task = Task(target="label", kind="classification", features=("text",), kinds=kinds)  # type: ignore[arg-type]
    problem = make_problem(table, task)
    numbers = Numbers(np.zeros((problem.n_rows, 1)), problem.target, 2, folds(problem, 0), ("text",))
    return pretrained_texts(problem, numbers, table, task, planned_rows=planned_rows or problem.n_rows)


def test_texts_without_labels_help_where_labels_are_few() -> None:
    """200 labelled texts of 1,500: which words go together is known, what many of them mean is not."""
    made, label = texts(1_500, topic=True)
    found = advised(made, [one if place < 200 else None for place, one in enumerate(label)])
    assert found is not None
    assert (found.kind, found.columns, found.advised) == ("text", ("text",), "pretrained")
    assert found.pretrained[0] > found.scratch[0] + 0.02


def test_rare_words_are_learnt_from_labels() -> None:
    """What tells the label is no direction of the texts: without labels it is lost."""
    made, label = texts(1_500, topic=False)
    found = advised(made, label)
    assert found is not None
    assert found.advised == "random"
    assert found.scratch[0] > found.pretrained[0]


def test_nothing_is_said_where_texts_tell_nothing() -> None:
    """Labels by lot."""
    made, label = texts(400, topic=True)
    found = advised(made, np.random.default_rng(1).permutation(label))
    assert found is not None
    assert found.advised == "either"


def test_equal_seeds_give_equal_advice() -> None:
    """The decomposition is drawn with the seed."""
    made, label = texts(300, topic=True)
    assert advised(made, label) == advised(made, label)


def test_few_or_empty_texts_give_no_advice() -> None:
    """There is nothing to hold out, or no term."""
    made, label = texts(40, topic=True)
    assert advised(made, label) is None
    assert advised([""] * 300, np.arange(300) % 2) is None


def test_features_are_learnt_without_held_out_texts() -> None:
    """A held-out text cannot change what is learnt from the others."""
    made, label = texts(120, topic=True)
    learnt = []
    for held in (made[100:], ["w0x1 of another text"] * 20):
        counts = count_terms(np.array([*made[:100], *held], dtype=object))
        terms = part_of(counts, np.arange(100), np.arange(100, 120), label, 2)
        learnt.append(learnt_features(terms, 0)[terms.train])
    assert learnt[0] == pytest.approx(learnt[1])


def test_curves_cross_where_the_upper_one_changes() -> None:
    """From there on, what is learnt from scratch is ahead; where one is ahead throughout, they do not cross."""
    sizes = np.array([32.0, 64, 128, 256, 512, 1024])
    early, late = np.array([0.6, 0.65, 0.68, 0.70, 0.71, 0.715]), np.array([0.5, 0.55, 0.62, 0.68, 0.73, 0.76])
    found = crossing(sizes, np.array([early, late]), "accuracy")
    assert found is not None
    assert 200 < found < 512
    assert crossing(sizes, np.array([late - 0.2, early]), "accuracy") is None
    assert crossing(sizes, np.array([early + 0.2, late - 0.1]), "accuracy") is None
