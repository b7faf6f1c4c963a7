"""The check ``schema-mismatch``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.splits.kinds import changed_kinds
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["SchemaMismatch"]


@dataclass(frozen=True)
class SchemaMismatch:
    """Do the test data lack features, have other columns or other types?

    What it measures
    ----------------
    Names and Arrow types of the columns of both data sets. It fails for a feature that the test data lack, or
    whose kind of value differs (numbers, text, times, lists, lists of another length); it warns of columns that
    only the test data have. Test data without labels are no fault, and the finding says that they have none.
    Integers, floats and booleans of any width are all numbers; a column without any value fits every kind. There is
    no limit.

    Why it hurts training
    ---------------------
    A model trained on one set of columns cannot be applied to another: it stops, or worse, it reads a column as
    another.

    Example
    -------
    One `?` in the test file makes `age` a text column there and a number column in the training file.

    What to do
    ----------
    Read both files by the same code and the same schema; convert the columns named, or drop them from both.

    When it may be a false alarm
    ----------------------------
    When the code that feeds the model picks and converts the columns itself, extra columns do no harm.

    References
    ----------
    Breck et al. (2019), Data validation for machine learning, MLSys.
    """

    id: ClassVar[str] = "schema-mismatch"
    stage: ClassVar[Stage] = "splits"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("test_profile",)

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a failure for features that are missing or of another kind, and a warning for extra columns."""
        assert evidence.test_profile is not None
        train, test = evidence.profile.columns, evidence.test_profile.columns
        missing = [name for name in evidence.task.features if name not in test]
        changed = changed_kinds(train, test, evidence.task.features)
        if missing or changed:
            yield self._failure(missing, changed)
        extra = [name for name in test if name not in train]
        if extra:
            yield Finding(
                check=self.id,
                status="warn",
                message=f"Only the test data have {listed(extra)}.",
                columns=tuple(extra),
                measured=len(extra),
                limit=0,
                unit="columns",
                why="The two were not made in the same way, and code that hands all columns to the model will stop.",
                remedy="Pick the columns by name before prediction: `model.predict(test[features])`.",
            )
        target = evidence.task.target
        if target is not None and evidence.test_labels is None:
            message = f"The test data have no labels in {target!r}: only their features are compared."
            yield Finding(check=self.id, status="pass", message=message)

    def _failure(self, missing: list[str], changed: dict[str, tuple[str, str]]) -> Finding:
        said = [f"lack {listed(missing)}"] if missing else []
        if changed:
            train, test = next(iter(changed.values()))
            said.append(f"hold another kind of values in {listed(list(changed))} ({train} in training, {test} here)")
        return Finding(
            check=self.id,
            status="fail",
            message=f"The test data {' and '.join(said)}.",
            columns=(*missing, *changed),
            measured=len(missing) + len(changed),
            limit=0,
            unit="columns",
            why="A model trained on these features stops on the test data, or reads one column as another.",
            remedy="Read both files with one schema: `pyarrow.csv.ConvertOptions(column_types=schema)`.",
        )
