"""From options to a task: which columns play which role, and what kind of learning it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prefit.config import Options
from prefit.errors import InputError, UsageError, did_you_mean
from prefit.profiling.kinds import infer_kinds
from prefit.profiling.values import ColumnProfile, Profile
from prefit.task import METRICS, OF_TWO_CLASSES, SCORES, ColumnKind, Task, TaskKind

__all__ = ["check_names", "make_task", "resolve"]

MAX_CLASSES = 1_000
"""A text target with more values is a name or free text, not a class."""

MAX_INTEGER_CLASSES = 10
"""A target of whole numbers with more values is a quantity unless ``--task classification`` says otherwise."""


_OF_OTHER_DATA = ("baseline-drift", "schema-mismatch")
"""Checks whose findings also name columns that these data lack, while the baseline or the test data have them."""


def check_names(names: Sequence[str], options: Options) -> None:
    """Refuse a role for a column that the data lack, before any row is read.

    Raises
    ------
    UsageError
        Naming the option, the column, and the nearest name there is.
    """
    roles = {"target": options.target, "group": options.group, "time": options.time}
    for role, column in roles.items():
        if column is not None and column not in names:
            raise UsageError(f"{role} {column!r} is not a column; columns: {did_you_mean(column, names)}")
    waived = tuple(column for rule in options.waivers if rule.check not in _OF_OTHER_DATA for column in rule.columns)
    annotators = () if options.annotators is None else options.annotators.columns
    named = {"drop": options.drop, "annotators": annotators, "columns": tuple(options.columns), "waivers": waived}
    for role, columns in named.items():
        for column in columns:
            if column not in names:
                raise UsageError(f"{role}: {column!r} is not a column; columns: {did_you_mean(column, names)}")


def resolve(profile: Profile, options: Options) -> Task:
    """Infer the kinds of the columns and what is to be learnt."""
    kinds, reasons = infer_kinds(profile, options.columns)
    return make_task(profile, kinds, reasons, options)


def make_task(profile: Profile, kinds: Mapping[str, ColumnKind], reasons: Mapping[str, str], options: Options) -> Task:
    """Give every column its role and say what kind of learning it is.

    Raises
    ------
    UsageError
        If no feature is left, or a target that prefit does not judge was asked for.
    """
    annotators = () if options.annotators is None else options.annotators.columns
    out = {options.target, options.group, options.time, *options.drop, *annotators}
    features = tuple(name for name in profile.columns if name not in out and kinds[name] != "unsupported")
    if options.target is not None and not features:
        others = [f"{name!r} ({profile.columns[name].type})" for name in profile.columns if name not in out]
        unread = f" but columns that no model can read: {', '.join(others[:3])}" if others else ""
        raise UsageError(
            f"features must be at least one column; got none beside target {options.target!r}{unread}. "
            "Give a table with features, or drop fewer columns."
        )
    task_kind = None if options.target is None else _task_kind(profile, kinds, options)
    if task_kind is not None:
        _check_metrics(options, task_kind, 0 if profile.class_counts is None else len(profile.class_counts))
    if annotators and task_kind == "regression":
        raise UsageError(
            f"annotators must tell classes apart; got target {options.target!r}, which is a number. Ask for --task "
            "classification, or leave annotators out."
        )
    return Task(
        target=options.target,
        kind=task_kind,
        features=features,
        kinds=kinds,
        kind_reasons=reasons,
        group=options.group,
        time=options.time,
        dropped=options.drop,
        annotators=options.annotators,
    )


def _check_metrics(options: Options, kind: TaskKind, n_classes: int) -> None:
    """Refuse a metric that does not suit the target; `n_classes` is 0 where they were not counted."""
    asked = {"metric": options.metric, "require": None if options.require is None else options.require.metric}
    for option, metric in asked.items():
        if metric is None:
            continue
        if metric not in (SCORES[kind], *METRICS[kind]):
            raise UsageError(
                f"{option} speaks of {metric}, but the task is {kind}; got a wrong metric. Use one of "
                f"{', '.join((SCORES[kind], *METRICS[kind]))}, or set --task."
            )
        if metric in OF_TWO_CLASSES and n_classes > 2:
            raise UsageError(
                f"{option}: {metric} tells two classes apart; got a target of {n_classes}. Use f1_macro or roc_auc."
            )


def _task_kind(profile: Profile, kinds: Mapping[str, ColumnKind], options: Options) -> TaskKind:
    target = profile.columns[options.target or ""]
    kind = kinds[target.name]
    if kind in ("embedding", "unsupported"):
        raise UsageError(
            f"target {target.name!r} must be one value a row; got {target.type}. "
            "Several targets, sequences and survival are not judged: choose one column."
        )
    if options.task == "regression" and not _is_number(target):
        raise UsageError(
            f"target {target.name!r} must be numeric for regression; got {target.type}. "
            "Use --task classification, or turn it into numbers."
        )
    chosen: TaskKind = (
        "regression" if options.task == "regression" or (options.task == "auto" and _is_quantity(target, kind))
        else "classification"
    )  # fmt: skip
    if chosen == "classification" and (target.distinct.low > MAX_CLASSES or kind == "id-like"):
        advice = "--task regression" if _is_number(target) else "another target"
        raise InputError(
            f"target {target.name!r} must have at most {MAX_CLASSES:,} classes, each in several rows; got about "
            f"{target.distinct.estimate:,.0f} distinct values in {target.n_present:,} rows. Use {advice}."
        )
    return chosen


def _is_number(target: ColumnProfile) -> bool:
    return target.numeric is not None


def _is_quantity(target: ColumnProfile, kind: ColumnKind) -> bool:
    """Whether a target is a measured or counted number; a kind that the user has set decides before its values."""
    if target.numeric is None or kind != "numeric" or target.distinct.estimate <= 2:
        return False
    return not target.numeric.integer_valued or target.distinct.estimate > MAX_INTEGER_CLASSES
