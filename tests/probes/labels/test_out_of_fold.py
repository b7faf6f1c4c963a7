"""Tests of the out-of-fold probabilities: no row is predicted by what it, or a copy of it, taught."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from tests.probes.tables import label_task, labelled

from prefit.probes.labels.out_of_fold import MEMBERS, deal, out_of_fold
from prefit.probes.problem import make_problem


def test_probabilities_sum_to_one_and_tell_the_label() -> None:
    """All rows are predicted, most of them rightly."""
    problem = make_problem(labelled(), label_task())
    probabilities = out_of_fold(problem)
    assert probabilities.shape == (problem.n_rows, 2)
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert (probabilities.argmax(axis=1) == problem.target).mean() > 0.8


def test_copies_do_not_tell_each_other() -> None:
    """Labels drawn at random stay unknown, though each row is there four times."""
    rng = np.random.default_rng(0)
    table = labelled(100)
    table = table.set_column(table.column_names.index("label"), "label", pa.array(rng.choice(["yes", "no"], 100)))
    problem = make_problem(pa.concat_tables([table] * 4), label_task())
    right = (out_of_fold(problem).argmax(axis=1) == problem.target).mean()
    assert 0.3 < right < 0.7


def test_groups_stay_together() -> None:
    """A feature that names the group tells nothing of the rows of another group."""
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(60), 5)
    table = pa.table(
        {
            "signal": group + rng.normal(scale=0.01, size=300),
            "noise": rng.normal(size=300),
            "remark": [f"group {number}" for number in group],
            "label": rng.choice(["yes", "no"], 60)[group],
        }
    )
    alone = make_problem(table, label_task("signal", "noise"))
    grouped = make_problem(table, label_task("signal", "noise", group="remark"))
    right = [(out_of_fold(problem).argmax(axis=1) == problem.target).mean() for problem in (alone, grouped)]
    assert right[0] > 0.6
    assert right[1] < 0.6


def test_left_out_rows_are_predicted_and_not_learnt() -> None:
    """Without the rows that contradict the others the models are surer."""
    problem = make_problem(labelled(noise=1.0), label_task())
    first = out_of_fold(problem)
    agrees = first.argmax(axis=1) == problem.target
    second = out_of_fold(problem, kept=agrees)
    assert second.max(axis=1).mean() > first.max(axis=1).mean() + 0.05
    assert (second.sum(axis=1) > 0.999).all()


def test_a_part_without_rows_to_learn_from_is_given_the_shares_of_the_classes() -> None:
    """Where all rows that are kept lie in one fold."""
    problem = make_problem(labelled(), label_task())
    kept = deal(problem, 0) == 0
    probabilities = out_of_fold(problem, kept=kept)
    shares = np.bincount(problem.target) / problem.n_rows
    assert np.allclose(probabilities[kept], shares)


def test_many_classes_are_given_fewer_trees() -> None:
    """Each leaf holds a number for each class."""
    few, many = (MEMBERS[0](0, np.arange(10_000) % n_classes)[-1].n_estimators for n_classes in (2, 1_000))
    assert (few, many) == (100, 10)
