"""Cases with one planted defect each, and clean ones, as values or as files for other tools.

    python -m benchmarks.truth.defects.cases --write DIR [--seeds 2] [--clean 35] [--corpus CORPUS --bases NAME NAME]

writes every case as ``NAME.parquet`` (``NAME.test.parquet`` beside it where train and test are compared, ``NAME.csv``
where the fault is one of files) and ``NAME.json``: defect, strength, target, task, expected check ids, planted columns,
options (``group``, ``time``) and the names of its files. With ``--corpus`` each defect is planted into one of the named
data sets, too, and these are written as they are besides.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.truth.defects.case import STRENGTHS, Base, Case, Planted, write_case
from benchmarks.truth.defects.clean import SHAPES, TASKS, clean_table
from benchmarks.truth.defects.plants import DEFECTS
from benchmarks.truth.defects.plants.splits import halves

__all__ = [
    "clean_cases",
    "main",
    "plant",
    "planted_cases",
    "real_bases",
    "real_planted_cases",
    "synthetic_base",
    "untouched_case",
]

_PLANTED_ROWS = (2_000, 1_000, 6_000)
_CLEAN_ROWS = (200, 300, 500, 1_000, 2_000, 5_000, 20_000)


def plant(base: Base, defect: str, strength: str, seed: int) -> Case | None:
    """Plant one defect into a table.

    Parameters
    ----------
    base : Base
    defect : str
        A check id, key of `DEFECTS`.
    strength : one of `STRENGTHS`
    seed : int

    Returns
    -------
    Case, or None where the base does not allow the defect.
    """
    kind = DEFECTS[defect]
    if kind.task not in (None, base.task):
        return None
    random = np.random.default_rng([seed, list(DEFECTS).index(defect)])
    planted = kind.plant(base, STRENGTHS.index(strength), random)
    if planted is None:
        return None
    return Case(
        name=f"{defect}-{strength}-{base.name}-{seed}",
        defect=defect,
        strength=strength,
        base=base.name,
        target=base.target,
        task=planted.task or base.task,
        expected=(defect, *kind.synonyms),
        columns=planted.columns,
        planted=planted,
    )


def synthetic_base(defect: str, seed: int) -> Base:
    """Return a clean table that suits a defect; shape, task and rows change with the seed."""
    place = list(DEFECTS).index(defect)
    shape = ("mixed", "numeric", "mixed", "text", "wide")[(seed + place) % 5]
    suited = {"classification": ("binary", "multiclass"), "regression": ("regression",)}.get(
        DEFECTS[defect].task or "", TASKS
    )
    drawn = clean_table(shape, suited[(seed + place) % len(suited)], _PLANTED_ROWS[seed % 3], seed)
    return Base(drawn.name, drawn.table, drawn.target, drawn.task)


def planted_cases(seeds: int, defects: tuple[str, ...] = ()) -> Iterator[Case]:
    """Yield every defect at every strength in as many synthetic tables as there are seeds."""
    for defect in defects or DEFECTS:
        for seed in range(seeds):
            base = synthetic_base(defect, seed)
            for strength in STRENGTHS:
                case = plant(base, defect, strength, seed)
                if case is not None:
                    yield case


def clean_cases(count: int, *, awkward: int = 0, largest: bool = False) -> Iterator[Case]:
    """Yield clean tables of all shapes; every third with test rows, every third with groups or times that mean nothing.

    Parameters
    ----------
    count : int
    awkward : int
        How many awkward ones follow: unusual, and yet in order.
    largest : bool
        Whether two tables of 200,000 rows follow.
    """
    for seed in range(count):
        shape, task = SHAPES[seed % 5], TASKS[(seed // 5) % 3]
        yield _clean_case(shape, task, _CLEAN_ROWS[(seed // 3) % 7], seed)
    for seed in range(awkward):
        yield _clean_case("awkward", TASKS[seed % 3], _CLEAN_ROWS[(seed // 3) % 7], seed + 1000)
    if largest:
        yield _clean_case("mixed", "binary", 200_000, 0)
        yield _clean_case("numeric", "regression", 200_000, 1)


def _clean_case(shape: str, task: str, n_rows: int, seed: int) -> Case:
    drawn = clean_table(shape, task, n_rows, seed)
    random = np.random.default_rng([seed, n_rows])
    planted = Planted(drawn.table)
    if seed % 3 == 1 and n_rows >= 500:
        train, test = halves(Base(drawn.name, drawn.table, drawn.target, drawn.task), random)
        planted = Planted(train, test=test)
    elif seed % 6 == 2:
        groups = random.integers(0, n_rows // 10, n_rows)
        planted = Planted(drawn.table.assign(clinic=[f"K{g:05d}" for g in groups]), options={"group": "clinic"})
    elif seed % 6 == 5:
        minutes = pd.to_timedelta(random.permutation(n_rows), unit="min")
        planted = Planted(drawn.table.assign(seen_at=pd.Timestamp("2022-01-01") + minutes), options={"time": "seen_at"})
    return Case(drawn.name, "", "", drawn.name, drawn.target, drawn.task, (), (), planted)


def real_bases(corpus: Path, names: tuple[str, ...] = ()) -> Iterator[Base]:
    """Yield the data sets of a folder with a ``manifest.jsonl`` (``name``, ``file``, ``target``, ``task``)."""
    for line in (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if not names or entry["name"] in names:
            yield Base(entry["name"], pd.read_parquet(corpus / entry["file"]), entry["target"], entry["task"])


def untouched_case(base: Base) -> Case:
    """Return a data set as it is."""
    return Case(base.name, "", "", base.name, base.target, base.task, (), (), Planted(base.table))


def real_planted_cases(bases: Sequence[Base]) -> Iterator[Case]:
    """Yield the data sets as they are, and every defect at every strength in one of them, each in its turn."""
    yield from map(untouched_case, bases)
    for place, defect in enumerate(DEFECTS):
        turns = [bases[(place + i) % len(bases)] for i in range(len(bases))]
        for base in turns:
            cases = [case for strength in STRENGTHS if (case := plant(base, defect, strength, seed=0)) is not None]
            if len(cases) == len(STRENGTHS):
                yield from cases
                break


def main() -> None:
    """Write cases as files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, required=True, metavar="DIR")
    parser.add_argument("--seeds", type=int, default=2, help="synthetic tables for each defect")
    parser.add_argument("--clean", type=int, default=35, help="clean tables")
    parser.add_argument("--corpus", type=Path, help="plant into real data sets, too")
    parser.add_argument("--bases", nargs="+", default=("pima_diabetes", "abalone_rings"), help="names of these")
    options = parser.parse_args()
    n_written = 0
    bases = list(real_bases(options.corpus, tuple(options.bases))) if options.corpus else []
    for cases in (planted_cases(options.seeds), clean_cases(options.clean), real_planted_cases(bases)):
        for case in cases:
            write_case(case, options.write)
            n_written += 1
    print(f"{n_written} cases in {options.write}")


if __name__ == "__main__":
    main()
