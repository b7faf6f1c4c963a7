"""Why a model predicts the same for every row: the causes, each with its own test on the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prefit.checks.columns import constant, features, present_top, target, varying_rows
from prefit.checks.curves.signal import Measured, column_with_signal, measure, reference, shows_signal, skill
from prefit.checks.intervals import class_shares
from prefit.evidence import Curves, Evidence
from prefit.evidence.remedies import Remedy
from prefit.wording import metric_word, percent, rows

__all__ = ["Cause", "cause_of"]

SAME_TARGET = 0.995
"""Share of the most frequent target from which the target is as good as constant."""

FEW_OTHERS = 10
"""Rows of other targets below which no score tells a signal from luck."""

SAME_FEATURE = 0.995
"""Share of the most frequent value from which a feature tells next to nothing apart."""

UNIQUE = 0.95
"""Distinct values per row from which a category or text only names its row."""

LEAF_ROWS = 20
"""Rows that a leaf of LightGBM holds at least: below twice as many, it makes no split."""

LONG_TAIL = 3.0
"""Skewness of a target from which squared errors are those of its tail."""

UNLEARNT = 0.05
"""Skill on its own training rows up to which a model has learnt nothing, whatever holds for others."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What makes a model predict a constant: a name, what shows it, and what to do."""

    name: str
    evidence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Case:
    """The evidence, and what every test asks of it; `seen_by` are other families that show a signal."""

    all: Evidence
    curves: Curves
    imbalance: float
    seen_by: tuple[Measured, ...]

    def helping(self, name: str) -> Remedy | None:
        """Return a remedy that was tried and surely helps."""
        found = [remedy for remedy in self.all.remedies or () if remedy.name == name and remedy.outcome == "helps"]
        return found[0] if found else None

    def gained(self, remedy: Remedy) -> str:
        """Say what a remedy gained."""
        assert remedy.effect is not None
        return f"{remedy.effect.delta:+.3f} {metric_word(remedy.effect.metric)} on {rows(remedy.n_rows)}"


def cause_of(evidence: Evidence, curves: Curves, *, imbalance: float) -> Cause:
    """Return the first cause whose test holds: what the data lack stands before what the model does with them.

    Parameters
    ----------
    evidence, curves : Evidence, Curves
    imbalance : float
        Share of the most frequent class from which it may hide a signal.
    """
    seen_by = [one for one in measure(evidence, curves) if one.low > 0 and one.family != curves.chosen]
    case = _Case(evidence, curves, imbalance, tuple(seen_by))
    unknown = Cause("unknown", "the evidence does not show the cause", "Compare the families: run without --model.")
    return next((cause for test in _TESTS for cause in test(case)), unknown)


def _constant_target(case: _Case) -> Iterator[Cause]:
    label = target(case.all)
    top = present_top(label) if label is not None else ()
    if label is None or not top or top[0].count < SAME_TARGET * label.n_present:
        return
    others = label.n_present - top[0].count
    if others >= FEW_OTHERS and shows_signal(case.all, case.curves):
        return
    yield Cause(
        "constant target",
        f"the target is as good as constant, with {rows(others)} of another value",
        "Collect rows of the other values: so few can neither be learnt nor scored.",
    )


def _empty_features(case: _Case) -> Iterator[Cause]:
    columns = features(case.all)
    if all(constant(column) for column in columns):
        yield Cause("degenerate features", "no feature has two values", "Mend the features: each holds one value only.")
    elif all(varying_rows(column) < (1 - SAME_FEATURE) * column.n_present for column in columns):
        yield Cause(
            "degenerate features",
            f"every feature has one value in {percent(SAME_FEATURE)} of its rows or more",
            "Mend the features: what varies in so few rows tells nothing apart.",
        )


def _only_names(case: _Case) -> Iterator[Cause]:
    columns = features(case.all)
    kinds = case.all.task.kinds
    named = [
        kinds[column.name] == "id-like"
        or (kinds[column.name] in ("categorical", "text") and column.distinct.estimate > UNIQUE * column.n_present)
        for column in columns
    ]
    if columns and all(named) and not case.seen_by:
        yield Cause(
            "ids only",
            "every feature only names its row: nearly all its values are different",
            "Join features that describe the rows; an identifier says nothing of a new row.",
        )


def _hidden_by_imbalance(case: _Case) -> Iterator[Cause]:
    shares = class_shares(case.all)
    weights = case.helping("class-weights")
    if shares is None:
        return
    if shares[0] < case.imbalance and (weights is None or case.helping("less-regularization") is not None):
        return  # weights also help a model whose scores all lie close to the share of the classes
    if weights is not None:
        shown = f"weights for the classes bring out ({case.gained(weights)})"
    elif case.seen_by:
        shown = f"family {case.seen_by[0].family!r} shows"
    elif column_with_signal(case.all) is not None:
        shown = f"column {column_with_signal(case.all)!r} shows"
    else:
        return
    yield Cause(
        "imbalance",
        f"the most frequent class ({percent(shares[0])} of the rows) hides the signal that {shown}",
        'Weight the classes, `LogisticRegression(class_weight="balanced")`, or move the decision threshold.',
    )


def _unfit_loss(case: _Case) -> Iterator[Cause]:
    label = target(case.all)
    if label is None or case.all.task.kind != "regression":
        return
    logarithm = case.helping("log-target")
    skewness = label.skewness or 0.0
    top = present_top(label)
    if top and top[0].count > label.n_present / 2 and shows_signal(case.all, case.curves):
        yield Cause(
            "loss mismatch",
            f"{percent(top[0].count / label.n_present)} of the rows have one value, which is what an absolute loss "
            "answers with",
            "Use squared errors, or predict first whether a row has another value, and then which.",
        )
    elif logarithm is not None or (abs(skewness) >= LONG_TAIL and shows_signal(case.all, case.curves)):
        shown = f"its logarithm gains {case.gained(logarithm)}" if logarithm else f"its skewness is {skewness:.1f}"
        yield Cause(
            "loss mismatch",
            f"the loss does not suit the target: {shown}, and squared errors are those of its tail",
            "Learn the logarithm of the target, or use a loss for long tails: "
            "`HistGradientBoostingRegressor(loss='gamma')`.",
        )


def _regularized_away(case: _Case) -> Iterator[Cause]:
    looser = case.helping("less-regularization")
    if looser is not None:
        yield Cause(
            "over-regularized",
            f"it is regularized too much: with less it gains {case.gained(looser)}",
            f"Regularize less: `{looser.code}`.",
        )
    elif case.curves.chosen == "boosting" and case.curves.planned_rows < 2 * LEAF_ROWS:
        yield Cause(
            "over-regularized",
            f"its leaves hold {LEAF_ROWS} rows at least, so that {rows(case.curves.planned_rows)} are never split",
            "Allow smaller leaves, `LGBMClassifier(min_child_samples=3)`, or train family 'linear'.",
        )


def _stuck(case: _Case) -> Iterator[Cause]:
    """A network, or an estimator that may be one, that does not learn even the rows it is given."""
    points = case.curves.curves[case.curves.chosen].points
    scaled = case.helping("scale-features")
    unlearnt = bool(points) and skill(case.curves, points[-1].train) <= UNLEARNT
    may_be_network = case.curves.chosen not in ("linear", "boosting", "forest")
    if scaled is not None:
        shown = f"ranks instead of raw numbers gain {case.gained(scaled)}"
        yield Cause(
            "stuck optimization", f"its optimization is stuck: {shown}", f"Scale the features: `{scaled.code}`."
        )
    elif unlearnt and may_be_network and case.seen_by:
        yield Cause(
            "stuck optimization",
            "its optimization is stuck or its penalty too strong: it does not learn the "
            f"{rows(points[-1].rows)} that it is trained on, while family {case.seen_by[0].family!r} finds a signal",
            "Scale the features, then try another learning rate, a weaker penalty and more iterations.",
        )


def _unfit_family(case: _Case) -> Iterator[Cause]:
    if case.seen_by:
        other = case.seen_by[0]
        yield Cause(
            "unfit family",
            f"it cannot use the signal that family {other.family!r} finds (skill {other.skill:.2f})",
            f"Train another family: `prefit check DATA --model {other.family}`.",
        )


def _no_signal(case: _Case) -> Iterator[Cause]:
    if shows_signal(case.all, case.curves):
        return
    control = ""
    if case.curves.permuted is not None and case.curves.permuted.points:
        control = f", where permuted labels reach a skill of {reference(case.curves):.2f}"
    best = max((one.skill for one in measure(case.all, case.curves)), default=0.0)
    yield Cause(
        "no signal",
        f"no family finds a signal: the best skill is {best:.2f}{control}",
        "See `prefit explain no-signal`: labels that fit the rows, better features.",
    )


_TESTS: tuple[Callable[[_Case], Iterator[Cause]], ...] = (
    _constant_target, _empty_features, _only_names, _hidden_by_imbalance, _unfit_loss, _regularized_away, _stuck,
    _unfit_family, _no_signal,
)  # fmt: skip
