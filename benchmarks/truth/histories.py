"""How often is a figure of a steady source told to leave its past, and is a real change seen?

    python -m benchmarks.truth.histories [--histories 500] [--seed 0]

Each history has 5 to 50 states of a made-up source that does not change in kind, and one more that is judged: as it is,
and after a change. The sources differ in how much they vary from state to state beyond the luck of the draw; every
group of figures is counted by itself. The limits are the defaults.
"""

from __future__ import annotations

import argparse
import collections
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from prefit.past import Estimate, Figures, Limits, departures

LENGTHS = (5, 7, 10, 15, 25, 50)
COLUMNS = {f"gaps {share}": share for share in (0.0, 0.002, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8)}
CLASSES = {"a": 0.5, "b": 0.3, "c": 0.17, "d": 0.03}

Random = np.random.Generator
Sizes = Callable[[Random, int], Any]
Change = Callable[[Figures], Figures]

SIZES: dict[str, Sizes] = {
    "steady": lambda _, n: np.full(n, 5_000.0),
    "counted": lambda rng, n: rng.poisson(400, n),
    "varied by 30 %": lambda rng, n: 5_000 * np.exp(0.3 * rng.normal(size=n)),
    "heavy tails": lambda rng, n: 5_000 * np.exp(0.1 * rng.standard_t(3, size=n)),
    "sluggish": lambda rng, n: 5_000 * np.exp(0.1 * sluggish(rng, n)),
    "appended to": lambda rng, n: 2_000 + np.cumsum(rng.poisson(500, n)),
    "growing by 10 %": lambda rng, n: 200 * 1.1 ** np.arange(n) * np.exp(0.05 * rng.normal(size=n)),
    "of weekdays": lambda rng, n: (
        np.where((np.arange(n) + rng.integers(7)) % 7 < 5, 5_000, 2_500) * np.exp(0.03 * rng.normal(size=n))
    ),
}
"""How many rows the states of a source have."""

CALM = ("steady", "counted", "appended to", "growing by 10 %")
"""Sources in which a change is easily told, where their shares are calm as well."""

SPREADS = (0.0, 0.2)
"""How much the true shares vary from state to state, as a standard deviation of their logarithm."""


def sluggish(rng: Random, n: int) -> Any:
    """Return values each of which is half the one before."""
    values = rng.normal(size=n)
    for place in range(1, n):
        values[place] = 0.5 * values[place - 1] + values[place] * 0.75**0.5
    return values


def states(rng: Random, sizes: Sizes, spread: float, n: int) -> list[Figures]:
    """Draw the states of a source."""
    made = []
    for number, n_rows in enumerate(np.clip(sizes(rng, n), 20, None).astype(int).tolist()):
        shares = np.array(list(CLASSES.values())) * np.exp(spread * rng.normal(size=len(CLASSES)))
        gaps = np.clip(np.array(list(COLUMNS.values())) * np.exp(spread * rng.normal(size=len(COLUMNS))), 0, 1)
        score, noise = 0.8 + 0.015 * rng.normal(), max(0.0, 0.03 + 0.005 * rng.normal())
        made.append(
            Figures(
                n_rows=n_rows,
                missing=dict(zip(COLUMNS, rng.binomial(n_rows, gaps) / n_rows, strict=True)),
                class_shares=dict(zip(CLASSES, rng.multinomial(n_rows, shares / shares.sum()) / n_rows, strict=True)),
                metric="balanced_accuracy",
                score=Estimate(score, score - 0.03, score + 0.03),
                noise=Estimate(noise, max(0.0, noise - 0.01), noise + 0.01),
                fingerprint=str(number),
                target="label",
            )
        )
    return made


def with_gaps(more: float) -> Change:
    """Return the change that loses so many values of the column in which a twentieth is missing."""
    name = "gaps 0.05"
    return lambda now: replace(now, missing={**now.missing, name: now.missing[name] + more * (1 - now.missing[name])})


def with_classes(moved: float) -> Change:
    """Return the change that relabels so many rows of the first class as the second one."""
    return lambda now: replace(now, class_shares={**now.class_shares, "a": _a(now) - moved, "b": _b(now) + moved})


def _a(now: Figures) -> float:
    return max(now.class_shares["a"], 0.31)


def _b(now: Figures) -> float:
    return now.class_shares["b"]


def moved(estimate: Estimate | None, by: float) -> Estimate:
    """Return an estimate that lies elsewhere."""
    assert estimate is not None
    return Estimate(*(value + by for value in estimate))


CHANGES: dict[str, tuple[str, Change]] = {
    "half of the rows": ("rows", lambda now: replace(now, n_rows=now.n_rows // 2)),
    "a tenth of the rows": ("rows", lambda now: replace(now, n_rows=now.n_rows // 10)),
    "three times the rows": ("rows", lambda now: replace(now, n_rows=now.n_rows * 3)),
    "10 % relabelled": ("class share", with_classes(0.1)),
    "30 % relabelled": ("class share", with_classes(0.3)),
    "score lower by 0.05": ("score", lambda now: replace(now, score=moved(now.score, -0.05))),
    "score lower by 0.15": ("score", lambda now: replace(now, score=moved(now.score, -0.15))),
    "noise higher by 0.05": ("noise", lambda now: replace(now, noise=moved(now.noise, 0.05))),
    "noise higher by 0.15": ("noise", lambda now: replace(now, noise=moved(now.noise, 0.15))),
    "10 % more missing": ("missing", with_gaps(0.1)),
    "30 % more missing": ("missing", with_gaps(0.3)),
}


def groups(history: list[Figures], limits: Limits) -> set[str]:
    """Return the groups of figures in which the last state leaves the past."""
    return {departure.group for departure in departures(history[:-1], history[-1], limits)}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    limits = Limits()
    alarms: Mapping[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    of_lengths: collections.Counter[int] = collections.Counter()
    found: Mapping[tuple[str, bool], collections.Counter[int]] = collections.defaultdict(collections.Counter)
    tried: collections.Counter[tuple[bool, int]] = collections.Counter()
    for place, (name, sizes) in enumerate(SIZES.items()):
        for number in range(given.histories):
            n, spread = LENGTHS[number % len(LENGTHS)], SPREADS[number // len(LENGTHS) % len(SPREADS)]
            history = states(np.random.default_rng([given.seed, place, number]), sizes, spread, n + 1)
            told = groups(history, limits)
            alarms[name].update([*told, *(["any"] if told else []), "histories"])
            of_lengths[n] += bool(told)
            calm = name in CALM and not spread
            tried[calm, n] += 1
            for change, (group, spoil) in CHANGES.items():
                found[change, calm][n] += group in groups([*history[:-1], spoil(history[-1])], limits)
    report(alarms, of_lengths, found, tried)


def report(alarms: Any, of_lengths: Any, found: Any, tried: Any) -> None:
    """Print the tables."""
    kinds = ("rows", "class share", "score", "noise", "missing", "any")
    print(f"| steady source | histories | {' | '.join(kinds)} |\n|---|---|{'---|' * len(kinds)}")
    for name, counts in alarms.items():
        shares = " | ".join(f"{counts[kind] / counts['histories']:.2%}" for kind in kinds)
        print(f"| {name} | {counts['histories']} | {shares} |")
    total = sum(tried.values())
    sums = " | ".join(f"{sum(counts[kind] for counts in alarms.values()) / total:.2%}" for kind in kinds)
    print(f"| **all** | {total} | {sums} |")
    print(f"\n| change, after so many states | {' | '.join(map(str, LENGTHS))} |\n|---|{'---|' * len(LENGTHS)}")
    none = " | ".join(f"{of_lengths[n] / (tried[False, n] + tried[True, n]):.2%}" for n in LENGTHS)
    print(f"| none: any alarm | {none} |")
    for change in CHANGES:
        cells = (
            " / ".join(f"{found[change, calm][n] / max(tried[calm, n], 1):.0%}" for calm in (True, False))
            for n in LENGTHS
        )
        print(f"| {change} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
