"""What prefit and cleanlab say of a table whose wrong labels are known, and how right they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np
import pyarrow as pa

import prefit
from prefit.config import make_options
from prefit.probes.labels.out_of_fold import out_of_fold
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import Problem, make_problem
from prefit.resolve import resolve

__all__ = ["CHECKS", "judge", "measured", "problem_of"]

CHECKS = ("label-errors", "label-noise")

Array = np.ndarray


def judge(table: pa.Table, wrong: Array, seed: int = 0) -> dict[str, Any]:
    """Let all tools look for the wrong labels of a table; cleanlab only where it is installed.

    Parameters
    ----------
    table : pyarrow.Table
        With the given label in column ``label``.
    wrong : ndarray of bool, shape (n_rows,)

    Returns
    -------
    dict
        ``rows``, ``classes``, ``true`` (share of wrong labels), ``accuracy`` (share of the given labels that models
        predict out of fold), and ``tools``, from the name of each to its figures.
    """
    problem = problem_of(table, seed)
    started = time.process_time()
    probabilities = out_of_fold(problem, seed=seed)
    seconds = time.process_time() - started
    tools = {"prefit": measured(_prefit, wrong, table, seed)}
    if find_spec("cleanlab") is not None:
        assert len(problem.target) == len(wrong)
        tools["cleanlab, same probabilities"] = measured(_cleanlab, wrong, problem.target, probabilities)
        tools["cleanlab, same probabilities"]["seconds"] += seconds
        tools["cleanlab, defaults"] = measured(_clean_learning, wrong, problem, seed)
    return {
        "rows": len(wrong),
        "classes": problem.n_classes,
        "true": float(wrong.mean()),
        "accuracy": float((probabilities.argmax(axis=1) == problem.target).mean()),
        "tools": tools,
    }


def problem_of(table: pa.Table, seed: int = 0) -> Problem:
    """Turn a table into features and target as the gate does, for all its rows."""
    options = make_options({"target": "label", "task": "classification"})
    return make_problem(table, resolve(prefit.profile(table, target="label"), options), seed=seed)


Said = tuple[Array, Array, Mapping[str, Any]]
"""How suspicious each row is, whether it is declared wrong, and what else was said."""


def measured(tool: Callable[..., Said], wrong: Array, *given: Any) -> dict[str, Any]:
    """Run a tool and hold what it says against the truth; ranks and flags have no figure where nothing is wrong."""
    from sklearn.metrics import average_precision_score, precision_recall_fscore_support

    started = time.process_time()
    suspicion, flagged, said = tool(*given)
    figures: dict[str, Any] = {"seconds": time.process_time() - started, "flagged": float(flagged.mean()), **said}
    if wrong.any():
        precision, recall, f1, _ = precision_recall_fscore_support(wrong, flagged, average="binary", zero_division=0)
        figures |= {"auprc": float(average_precision_score(wrong, suspicion))}
        figures |= {"precision": float(precision), "recall": float(recall), "f1": float(f1)}
    return figures


def _prefit(table: pa.Table, seed: int) -> Said:
    report = prefit.check(table, target="label", task="classification", only=CHECKS, seed=seed)
    issues, noise = report.label_issues, report.label_noise
    warned = [finding.check for finding in report.findings if finding.status in ("warn", "fail")]
    if issues is None or noise is None:
        reasons = "; ".join(finding.message for finding in report.findings)
        raise RuntimeError(f"labels must be looked at; got: {reasons}. Leave this set out.")
    suspicion, flagged = np.zeros(table.num_rows), np.zeros(table.num_rows, dtype=bool)
    rows = issues["row"].to_numpy()
    suspicion[rows] = 1 - np.arange(len(rows)) / table.num_rows  # the order breaks ties of the score
    flagged[rows] = np.array(issues["tier"].to_pylist()) == "act"
    rate = noise["rate"]
    return suspicion, flagged, {"rate": rate["mean"], "low": rate["low"], "high": rate["high"], "warned": warned}


def _cleanlab(target: Array, probabilities: Array) -> Said:
    from cleanlab.count import num_label_issues
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    flagged = find_label_issues(target, probabilities, n_jobs=1)
    quality = get_label_quality_scores(target, probabilities)
    return 1 - quality, flagged, {"rate": num_label_issues(target, probabilities) / len(target)}


def _clean_learning(problem: Problem, seed: int) -> Said:
    """Run CleanLearning as it comes, a logistic regression and five folds, on the encoded and standardized features."""
    from cleanlab.classification import CleanLearning
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    with quiet():
        matrix = Encoder(seed).fit_transform(problem.frame)
        matrix = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler()).fit_transform(matrix)
        learning = CleanLearning(seed=seed, find_label_issues_kwargs={"n_jobs": 1})
        issues = learning.find_label_issues(matrix, problem.target)
    flagged = issues["is_label_issue"].to_numpy()
    return 1 - issues["label_quality"].to_numpy(), flagged, {"rate": float(flagged.mean())}
