"""What a case of the benchmark is, and how one is drawn from a base and a defect."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["STRENGTHS", "Base", "Case", "Defect", "Planted", "write_case"]

STRENGTHS = ("weak", "medium", "strong")


@dataclass(frozen=True)
class Base:
    """A table to plant into.

    Parameters
    ----------
    name : str
    table : pandas.DataFrame
    target : str
    task : {"classification", "regression"}
    """

    name: str
    table: pd.DataFrame
    target: str
    task: str

    @property
    def features(self) -> list[str]:
        """All columns but the target."""
        return [name for name in self.table.columns if name != self.target]


@dataclass(frozen=True)
class Planted:
    """What planting made of a base.

    Parameters
    ----------
    table : pandas.DataFrame
    columns : tuple of str
        The columns that have the defect; empty where the table as a whole has it.
    task : str, optional
        Where planting changed the kind of the task.
    test : pandas.DataFrame, optional
        Test rows, for what lies between two tables.
    csv : str, optional
        Text of a file, for what only a file can have.
    options : dict
        ``group`` and ``time``.
    """

    table: pd.DataFrame
    columns: tuple[str, ...] = ()
    task: str | None = None
    test: pd.DataFrame | None = None
    csv: str | None = None
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Defect:
    """One kind of defect and how it is planted.

    Parameters
    ----------
    id : str
        The check that must find it.
    plant : callable
        Takes a base, a strength (0, 1 or 2) and a random generator; gives None where the base does not allow it.
    synonyms : tuple of str
        Other checks that name the same fault truthfully.
    task : {"classification", "regression", None}
        The kind of base it takes.
    """

    id: str
    plant: Callable[[Base, int, np.random.Generator], Planted | None]
    synonyms: tuple[str, ...] = ()
    task: str | None = None


@dataclass(frozen=True)
class Case:
    """A table with one planted defect, or with none.

    Parameters
    ----------
    name : str
    defect : str
        Empty for a clean table.
    strength : str
        One of `STRENGTHS`, empty for a clean table.
    base : str
    target, task : str
    expected : tuple of str
        Check ids any of which is a right answer, that of the defect first.
    columns : tuple of str
    planted : Planted
    """

    name: str
    defect: str
    strength: str
    base: str
    target: str
    task: str
    expected: tuple[str, ...]
    columns: tuple[str, ...]
    planted: Planted


def write_case(case: Case, folder: Path) -> None:
    """Write the tables of a case as Parquet (CSV where files are at fault), and a JSON file that explains it."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"train": f"{case.name}.parquet"}
    case.planted.table.to_parquet(folder / files["train"], index=False)
    if case.planted.test is not None:
        files["test"] = f"{case.name}.test.parquet"
        case.planted.test.to_parquet(folder / files["test"], index=False)
    if case.planted.csv is not None:
        files["csv"] = f"{case.name}.csv"
        (folder / files["csv"]).write_text(case.planted.csv, encoding="utf-8")
    facts = asdict(replace(case, planted=Planted(pd.DataFrame())))
    del facts["planted"]
    facts |= {"files": files, "options": case.planted.options}
    (folder / f"{case.name}.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
