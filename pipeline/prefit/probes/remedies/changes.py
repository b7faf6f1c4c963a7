"""Which changes answer the causes that were found, for the family to be trained."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from prefit.evidence import Curves, LeakPrice
from prefit.own.model import OwnModel
from prefit.probes.models import make_model
from prefit.probes.problem import Problem
from prefit.probes.remedies.change import Change, final_estimator

__all__ = ["Situation", "changes"]

LIKELY = 0.5
"""Probability of an event from which its remedies are tried."""

UNEVEN = 3.0
"""How many times as many rows as the rarest class the most frequent one has where weights are tried."""

SKEWED = 1.0
"""Skewness of a target from which its logarithm is tried."""

HEAVY = 10.0
"""Excess kurtosis of a feature from which ranks are tried instead."""

FEWEST_SUSPECTS = 5

REGULARIZED: Mapping[tuple[str, bool], Mapping[str, Any]] = {
    ("linear", True): {"C": 0.03},
    ("linear", False): {"alpha": 100.0},
    ("boosting", True): {"num_leaves": 7, "min_child_samples": 50, "learning_rate": 0.05},
    ("boosting", False): {"num_leaves": 7, "min_child_samples": 50, "learning_rate": 0.05},
    ("forest", True): {"min_samples_leaf": 5},
    ("forest", False): {"min_samples_leaf": 5, "max_features": 0.33},
    ("neural", True): {"alpha": 1.0},
    ("neural", False): {"alpha": 1.0},
}
"""Parameters that regularize a family more, by family and whether it is a classifier."""

LOOSENED: Mapping[tuple[str, bool], Mapping[str, Any]] = {
    ("linear", True): {"C": 30.0},
    ("linear", False): {"alpha": 0.01},
    ("boosting", True): {"num_leaves": 63, "min_child_samples": 3},
    ("boosting", False): {"num_leaves": 63, "min_child_samples": 3},
    ("neural", True): {"hidden_layer_sizes": (256, 256), "alpha": 0.0},
    ("neural", False): {"hidden_layer_sizes": (256, 256), "alpha": 0.0},
}
"""The same for less; a forest at its defaults is not regularized."""

STRENGTHS: Mapping[str, float] = {"C": -1.0, "alpha": 1.0, "reg_lambda": 1.0, "l2_regularization": 1.0}
"""Parameters by which estimators of the user are regularized, and whether more of it is more regularization."""

STRICTER, LOOSER = 30.0, 1e6
"""How much more they are regularized, and how much less: what is far too strong must be taken away altogether."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known when remedies are looked for.

    `suspects` are positions, in the table, of rows whose label is wrong more probably than not.
    """

    curves: Curves
    leaks: LeakPrice | None = None
    suspects: frozenset[int] = frozenset()
    own: Mapping[str, OwnModel]

    @property
    def family(self) -> str:
        """The family to be helped: the chosen one, or the best one where that could not be fitted."""
        return self.curves.chosen if self.curves.chosen in self.curves.forecasts else self.curves.best

    def likely(self, event: str) -> bool:
        """Whether an event of the family is more probable than not."""
        return bool(getattr(self.curves.forecasts[self.family].risks, event) > LIKELY)


def changes(problem: Problem, situation: Situation, *, every: bool) -> Iterator[Change]:
    """Yield the changes that answer a cause, the most telling first; with `every` all that make sense."""
    yield from _of_rows(problem, situation)
    yield from _of_target(problem, situation, every)
    yield from _of_regularization(problem, situation, every)
    yield from _of_features(problem, situation, every)
    yield from _of_other_families(situation, every)  # they have forecasts, where the budget does not reach so far


def _of_rows(problem: Problem, situation: Situation) -> Iterator[Change]:
    leaks, family = situation.leaks, situation.family
    if (
        leaks is not None
        and leaks.low > 0
        and len(leaks.columns) < len({*problem.frame.numeric_owners, *problem.frame.other_owners})
    ):
        yield Change(
            name="drop-leaks", title=f"Drop what leaks the target: {', '.join(map(repr, leaks.columns[:3]))}",
            causes=("target-leakage", "missingness-leakage"), family=family, without_features=leaks.columns,
            code=" ".join(f"--drop {shlex.quote(column)}" for column in leaks.columns[:3]), flatters=True,
        )  # fmt: skip
    if len(situation.suspects) >= FEWEST_SUSPECTS:
        yield Change(
            name="drop-suspects", title="Leave rows with suspicious labels out of the training",
            causes=("label-errors", "label-noise"), family=family, without_rows=True,
            code='issues.filter(issues["tier"] == "act")["row"]',
        )  # fmt: skip


def _of_target(problem: Problem, situation: Situation, every: bool) -> Iterator[Change]:
    family = situation.family
    if problem.n_classes:
        counts = np.bincount(problem.target)
        counts = counts[counts > 0]
        uneven = counts.max() >= UNEVEN * counts.min()
        parameters = _class_weight(family, situation)
        wanted = uneven or situation.likely("constant_prediction")
        if parameters is not None and (wanted or (every and counts.max() > 1.2 * counts.min())):
            yield Change(
                name="class-weights", title="Weigh the classes evenly", family=family, parameters=parameters,
                causes=("class-imbalance", "rare-class", "constant-prediction-risk"), weighs_classes=True,
                code=_code(family, situation, parameters, problem) or "fit(X, y, sample_weight=n / counts[y])",
            )  # fmt: skip
    elif problem.target.min() >= 0 and _skewness(problem.target) > (0 if every else SKEWED):
        yield Change(
            name="log-target", title="Learn the logarithm of the target", family=family, logs_target=True,
            causes=("skewed-target", "constant-prediction-risk"),
            code="TransformedTargetRegressor(model, func=np.log1p, inverse_func=np.expm1)",
        )  # fmt: skip


def _of_other_families(situation: Situation, every: bool) -> Iterator[Change]:
    forecasts, family = situation.curves.forecasts, situation.family
    own = forecasts[family].held_out.mean
    others = sorted((name for name in forecasts if name != family), key=lambda name: -forecasts[name].held_out.mean)
    likely = any(situation.likely(event) for event in ("overfitting", "underfitting", "constant_prediction"))
    for name in others[: 3 if every else 1]:
        if every or (likely and forecasts[name].held_out.mean > own):
            yield Change(
                name=f"train-{name}", title=f"Train family {name!r}", family=name, code=f"--model {name}",
                causes=("overfitting-risk", "underfitting-risk", "constant-prediction-risk"),
            )  # fmt: skip


def _of_regularization(problem: Problem, situation: Situation, every: bool) -> Iterator[Change]:
    family, classifies = situation.family, problem.n_classes > 0
    over = situation.likely("overfitting")
    more = _strength(family, situation, STRICTER) if family in situation.own else REGULARIZED.get((family, classifies))
    if more and (every or over):
        yield Change(
            name="more-regularization", title="Regularize more", family=family, parameters=more,
            causes=("overfitting-risk",), code=_code(family, situation, more, problem),
        )  # fmt: skip
    if family in ("boosting", "neural") and (every or over):
        stopping = {"early_stopping": True} if family == "neural" else {}
        yield Change(
            name="early-stopping", title="Stop early", family=family, parameters=stopping, stops_early=True,
            causes=("overfitting-risk",),
            code="MLPClassifier(early_stopping=True)" if family == "neural" else "lightgbm.early_stopping(10)",
        )  # fmt: skip
    less = _strength(family, situation, 1 / LOOSER) if family in situation.own else LOOSENED.get((family, classifies))
    if less and (every or situation.likely("underfitting") or situation.likely("constant_prediction")):
        yield Change(
            name="less-regularization", title="Regularize less", family=family, parameters=less,
            causes=("underfitting-risk", "constant-prediction-risk"), code=_code(family, situation, less, problem),
        )  # fmt: skip


def _of_features(problem: Problem, situation: Situation, every: bool) -> Iterator[Change]:
    family = situation.family
    scales = family in ("linear", "neural") or family in situation.own
    heavy = max((_kurtosis(column) for column in problem.frame.numeric.T), default=0.0) > HEAVY
    unscaled = family in situation.own and problem.frame.numeric.shape[1] > 1
    if scales and (every or heavy or unscaled):
        yield Change(
            name="scale-features", title="Replace numbers by the normal scores of their ranks", family=family,
            causes=("unscaled-features", "outliers", "constant-prediction-risk"), scales=True,
            code='QuantileTransformer(output_distribution="normal")',
        )  # fmt: skip


def _class_weight(family: str, situation: Situation) -> Mapping[str, Any] | None:
    """Return the parameters that weigh classes; none for a network, which takes weights of rows; None for no way."""
    if family == "neural":
        return {}
    if family not in situation.own:
        return {"class_weight": "balanced"}
    named = _parameters(situation.own[family], "class_weight")
    return dict.fromkeys(named, "balanced") or None


def _strength(family: str, situation: Situation, factor: float) -> Mapping[str, Any]:
    """Return parameters by which an own estimator is regularized so many times as much."""
    changed = {}
    for name, sign in STRENGTHS.items():
        for key, value in _parameters(situation.own[family], name).items():
            if isinstance(value, int | float) and value > 0:
                changed[key] = value * factor**sign
    return changed


def _parameters(model: OwnModel, name: str) -> dict[str, Any]:
    """Return the parameters of an own estimator, or of a part of it, that have a name."""
    made = model.make()
    found = made.get_params(deep=True) if hasattr(made, "get_params") else {}
    return {key: value for key, value in found.items() if key.rpartition("__")[2] == name}


def _code(family: str, situation: Situation, parameters: Mapping[str, Any], problem: Problem) -> str:
    """Write how to make the estimator; empty where there are no parameters to set."""
    if not parameters:
        return ""
    made = situation.own[family].make() if family in situation.own else None
    made = made or final_estimator(make_model(family, classification=problem.n_classes > 0, seed=0))
    written = ", ".join(f"{key}={value!r}" for key, value in parameters.items())
    return f"{type(made).__name__}({written})" if family not in situation.own else f"set_params({written})"


def _skewness(values: Any) -> float:
    deviations = values - values.mean()
    return float((deviations**3).mean() / max(deviations.std() ** 3, 1e-300))


def _kurtosis(column: Any) -> float:
    values = column[~np.isnan(column)].astype(np.float64)
    if not len(values) or not values.std():
        return 0.0
    deviations = (values - values.mean()) / values.std()
    return float((deviations**4).mean() - 3)
