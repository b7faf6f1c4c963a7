"""Tests of the reasons that are given for a doubt."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from prefit.evidence.labels import REASONS
from prefit.probes.labels.reasons import reasons
from prefit.probes.problem import Problem, make_problem
from prefit.task import Task


def clouds() -> tuple[Problem, np.ndarray]:
    """Two clouds of rows, their labels, and what is suggested for some rows that are special."""
    rng = np.random.default_rng(0)
    label = np.repeat([0, 1], 100)
    x = rng.normal(size=(200, 2)) + 6 * label[:, None]
    x[0] = [60.0, -60.0]  # far from all others
    x[1] = x[2]
    label[2] = 1  # its copy has another label
    label[3] = 1  # lies among those of class 0
    task = Task(target="y", kind="classification", features=("a", "b"), kinds={"a": "numeric", "b": "numeric"})
    table = pa.table({"a": x[:, 0], "b": x[:, 1], "y": [str(value) for value in label]})
    problem = make_problem(table, task)
    suggested = problem.target.copy()
    suggested[[0, 1, 2, 3, 150]] = 1 - suggested[[0, 1, 2, 3, 150]]
    return problem, suggested


def test_each_doubt_has_its_reason() -> None:
    """A row far from all others, copies in conflict, a stranger among its neighbours, and none of these."""
    problem, suggested = clouds()
    found = [REASONS[place] for place in reasons(problem, problem.frame.numeric, suggested)]
    assert found[0] == "outlier"
    assert found[1] == found[2] == "conflicting duplicate"
    assert found[3] == "neighbours"
    assert found[150] == "model disagreement"
    assert set(found[4:150]) == {""}


def test_no_doubt_needs_no_reason() -> None:
    """Where models predict every label, nothing is searched for."""
    problem, _ = clouds()
    assert not reasons(problem, problem.frame.numeric, problem.target).any()
