"""Which rules does time break? Infer them from the earlier rows and judge the later ones, and the other way round."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from prefit.suites.run import run_suite
from prefit.suites.suggest.entry import Suggested
from prefit.suites.suggest.suite import SuggestedSuite

__all__ = ["without_broken"]

_CUTS = (1 / 3, 1 / 2, 2 / 3)
_MIN_ROWS = 60
_MANY, _MOST_BROKEN = 3, 0.25
"""Where so many rules of a kind broke, and so great a part of them, those that did not were lucky."""


def without_broken(
    suite: SuggestedSuite, sample: pa.Table, time: str, infer: Callable[[pa.Table, int], SuggestedSuite]
) -> SuggestedSuite:
    """Leave out the rules that would have failed in the past.

    Parameters
    ----------
    suite : SuggestedSuite
        Inferred from all rows.
    sample : pyarrow.Table
        The row sample.
    time : str
        Column that puts it in order; rows without a time are left out.
    infer : callable
        Infers a suite from rows, for batches of so many.

    Returns
    -------
    SuggestedSuite
        Without every rule of which the like, inferred from the rows on one side of one of three moments, did not hold
        on those of the other side. A kind of rules, such as means, of which a quarter broke is left out whole. The
        notes say how many these were.
    """
    known = sample.filter(pc.is_valid(sample.column(time)))
    ordered = known.take(pc.sort_indices(known, [(time, "ascending")]))
    if ordered.num_rows < _MIN_ROWS:
        return suite
    broken: set[str] = set()
    for cut in _CUTS:
        place = int(ordered.num_rows * cut)
        earlier, later = ordered.slice(0, place), ordered.slice(place)
        for seen, other in ((earlier, later), (later, earlier)):  # what drifts is told from either side
            broken |= _broken(infer(seen, other.num_rows), other)
    kept = tuple(_lasting(suite.entries, broken))
    n_left_out = len(suite.entries) - len(kept)
    notes = (
        f"{suite.notes} Rules that did not hold from the rows on one side of {len(_CUTS)} moments of {time!r} to those "
        f"of the other side were left out, with all of a kind where many did not: {n_left_out:,}."
    )
    return replace(suite, entries=kept, notes=notes)


def _lasting(entries: Sequence[Suggested], broken: Set[str]) -> Iterator[Suggested]:
    """Yield the rules that did not break, of a kind of which few did."""
    of_kind = Counter(entry.rule for entry in entries)
    broken_of_kind = Counter(entry.rule for entry in entries if _identity(entry) in broken)
    for entry in entries:
        kind_breaks = broken_of_kind[entry.rule] >= max(_MANY, _MOST_BROKEN * of_kind[entry.rule])
        if _identity(entry) not in broken and not kind_breaks:
            yield entry


def _broken(suite: SuggestedSuite, other: pa.Table) -> set[str]:
    with tempfile.TemporaryDirectory() as folder:
        results = run_suite(other, suite.save(Path(folder, "suite.json"))).results
    return {
        _identity(entry)
        for entry, result in zip(suite.entries, results, strict=True)
        if result.error is not None or not result.success
    }


def _identity(entry: Suggested) -> str:
    """Say what a rule is about, whatever its limits; a class is told by its value."""
    names = {key: value for key, value in entry.kwargs.items() if key.startswith("column")}
    of_class = entry.kwargs["value_set"] if entry.rule == "class share" else None
    return json.dumps([entry.rule, names, of_class], sort_keys=True)
