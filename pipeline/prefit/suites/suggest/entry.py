"""One suggested expectation, in Great Expectations' own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from prefit.profiling.values import ColumnProfile
from prefit.suites.load import Severity
from prefit.suites.suggest.margins import Batches
from prefit.task import ColumnKind

__all__ = ["Column", "Suggested", "column_rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """An expectation, how bad it is when it does not hold, and what was measured.

    `rule` is what it asks for in one word, such as ``values`` or ``quantiles``; it is kept in the metadata.
    """

    expectation: str
    kwargs: Mapping[str, Any]
    severity: Severity
    rule: str
    notes: str

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as Great Expectations writes it."""
        return {
            "type": self.expectation,
            "kwargs": dict(self.kwargs),
            "severity": self.severity,
            "notes": self.notes,
            "meta": {"prefit": {"rule": self.rule}},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What the inference knows of one column.

    Attributes
    ----------
    profile : ColumnProfile
    kind : ColumnKind
    sample : pyarrow.ChunkedArray
        Its values in the row sample.
    batches : Batches
        Of rows, and `present` of rows with a value here (neither null nor NaN).
    is_target : bool
    runs_on : bool
        Whether its values grow or fall from row to row, as those of a clock or a counter do: the next batch goes on.
    with_values : bool
        Whether values of texts may be written down.
    """

    profile: ColumnProfile
    kind: ColumnKind
    sample: pa.ChunkedArray
    batches: Batches
    is_target: bool = False
    runs_on: bool = False
    with_values: bool = True
    present: Batches = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "present", self.batches.with_values(self.n_values))

    @property
    def name(self) -> str:
        """Name of the column."""
        return self.profile.name

    @property
    def n_values(self) -> int:
        """Rows that are neither null nor NaN."""
        return self.profile.n_rows - self.profile.n_null - self.profile.n_nan


def column_rule(
    column: Column, rule: str, expectation: str, severity: Severity, notes: str, **kwargs: Any
) -> Iterator[Suggested]:
    """Yield one expectation of a column; ``mostly=1.0`` is left out, as it is the default."""
    if kwargs.get("mostly") == 1.0:
        del kwargs["mostly"]
    if kwargs.get("mostly") == 0.0:
        return  # allows everything
    yield Suggested(
        expectation=expectation,
        kwargs={"column": column.name, **kwargs},
        severity=severity,
        rule=rule,
        notes=notes,
    )
