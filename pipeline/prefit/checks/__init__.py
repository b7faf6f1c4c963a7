"""The checks: which there are, with which limits, and which of them to run.

A check is one file in the folder of its stage and one entry in that folder's `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, cast, get_args, get_type_hints

from prefit.checks import (
    classes,
    curves,
    expectations,
    integrity,
    labels,
    leakage,
    run,
    size,
    sparsity,
    splits,
    training,
)
from prefit.checks.base import Check, Stage
from prefit.errors import UsageError, did_you_mean

__all__ = ["ALL", "by_id", "configured", "select"]

ALL: tuple[Check, ...] = (
    *size.CHECKS,
    *classes.CHECKS,
    *labels.CHECKS,
    *sparsity.CHECKS,
    *integrity.CHECKS,
    *leakage.CHECKS,
    *splits.CHECKS,
    *curves.CHECKS,
    *training.CHECKS,
    *expectations.CHECKS,
    *run.CHECKS,
)
"""Every check with its default limits, in the order in which they are run."""

_SHARES = ("fraction", "share", "chance", "probability")
"""Ends of the names of limits from 0 to 1: a limit of 60 that was meant in per cent would never be reached."""


def by_id() -> dict[str, Check]:
    """Return every check by its id, in the order of `ALL`."""
    return {check.id: check for check in ALL}


def configured(overrides: Mapping[str, Mapping[str, Any]]) -> tuple[Check, ...]:
    """Return all checks with the limits that the user has set.

    Parameters
    ----------
    overrides : mapping of check id to mapping of limit to value
        As under ``[checks.<id>]`` of ``prefit.toml``.

    Raises
    ------
    UsageError
        If there is no such check or limit, or the value is of another type than the default.

    Examples
    --------
    >>> checks = configured({"missing-values": {"max_fraction": 0.8}})
    >>> [check.max_fraction for check in checks if check.id == "missing-values"]
    [0.8]
    """
    known = by_id()
    for check_id, limits in overrides.items():
        if check_id not in known:
            raise UsageError(f"checks.{check_id} is not a check; checks: {did_you_mean(check_id, known)}")
        if not isinstance(limits, Mapping):
            raise UsageError(
                f"checks.{check_id} must be a table of limits; got {limits!r}. Write it as [checks.{check_id}]."
            )
    return tuple(_with_limits(check, overrides.get(check.id, {})) for check in ALL)


def select(
    checks: Iterable[Check], only: Sequence[str] | None = None, skip: Sequence[str] | None = None
) -> tuple[Check, ...]:
    """Return the checks of the stages and ids in `only` (all if empty) that are not in `skip`.

    Raises
    ------
    UsageError
        If a name is neither a stage nor a check, or no check is left.

    Examples
    --------
    >>> [check.id for check in select(ALL, only=["size"], skip=["too-many-features"])]
    ['too-few-rows', 'too-few-rows-per-class']
    """
    checks = tuple(checks)
    names = [*get_args(Stage), *(check.id for check in checks)]
    for option, given in (("only", only), ("skip", skip)):
        for name in given or ():
            if name not in names:
                raise UsageError(
                    f"{option} must name stages or checks; got {name!r}. Stages and checks: {did_you_mean(name, names)}"
                )
    wanted, unwanted = set(only or names), set(skip or ())
    left = tuple(
        check for check in checks if wanted & {check.stage, check.id} and not unwanted & {check.stage, check.id}
    )
    if not left:
        raise UsageError(
            f"only and skip leave no check; got only={list(only or [])}, skip={list(skip or [])}. Name fewer."
        )
    return left


def _with_limits(check: Check, values: Mapping[str, Any]) -> Check:
    if not values:
        return check
    limits = [limit.name for limit in fields(cast("Any", check))]
    types = get_type_hints(type(check))
    for name, value in values.items():
        if name not in limits:
            known = f"limits: {did_you_mean(name, limits)}" if limits else "It has no limits to set."
            raise UsageError(f"checks.{check.id}.{name} is not a limit of the check; {known}")
        if not _fits(value, types[name]):
            raise UsageError(
                f"checks.{check.id}.{name} must be of type {types[name].__name__}; got {value!r}. "
                f"Its default is {getattr(check, name)!r}."
            )
        if name.endswith(_SHARES) and not 0 <= value <= 1:
            raise UsageError(
                f"checks.{check.id}.{name} must be from 0 to 1; got {value!r}. Its default is {getattr(check, name)!r}."
            )
    return cast("Check", replace(cast("Any", check), **values))


def _fits(value: Any, expected: type) -> bool:
    """Whether a value of the configuration suits a limit: a whole number is a float, True is no number."""
    if isinstance(value, bool) or expected is bool:
        return isinstance(value, bool) and expected is bool
    if expected is float:
        return isinstance(value, int | float) and value == value  # noqa: PLR0124 - NaN is no limit
    return isinstance(value, expected)
