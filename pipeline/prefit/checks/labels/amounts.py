"""What the checks of labels say of a target that is a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from prefit.checks.wording import among_them, span
from prefit.evidence.amounts import REASONS, AmountNoise
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["noisy_values", "rounded_values", "wrong_values"]

LOOK = "pandas.read_parquet('label_issues.parquet').query(\"tier == 'act'\")"


def wrong_values(noise: AmountNoise, target: str, *, min_rows: int, min_fraction: float) -> Iterator[Finding]:
    """Name the rows whose value is most probably wrong, and of which kind that is."""
    act = noise.suspects.of_tier("act")
    if act.sum() < min_rows or noise.low <= min_fraction:
        return
    kinds = Counter(REASONS[place] for place in noise.suspects.reason[act])
    named = ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common())
    yield Finding(
        check="label-errors",
        status="warn",
        message=f"{rows(int(act.sum()))} of {noise.suspects.n_rows:,} that were looked at "
        f"({percent(float(act.mean()))}) most probably have a wrong value of {target!r}: "
        f"{named}{among_them(noise.suspects.positions[act].tolist())}.",
        columns=(target,),
        measured=float(act.mean()),
        limit=min_fraction,
        unit="fraction",
        why="Their values are ones that a target like this one cannot have, or lie where models that did not see them "
        "expect no value, however widely right ones scatter.",
        remedy=f"Look at them first: {LOOK}",
    )


def noisy_values(noise: AmountNoise, target: str, *, max_fraction: float) -> Iterator[Finding]:
    """Say that surely more values are wrong than the limit."""
    if noise.low <= max_fraction:
        return
    yield Finding(
        check="label-noise",
        status="warn",
        message=f"About {percent(noise.mean)} of the values of {target!r} are wrong ({span(noise.low, noise.high)}, of "
        f"{rows(noise.n_rows)}).",
        columns=(target,),
        measured=noise.mean,
        limit=max_fraction,
        unit="fraction",
        interval=(noise.low, noise.high),
        why="A squared loss follows the few values that are far off, and so does every squared score.",
        remedy=f"Correct or drop the rows of label_issues.parquet, most suspicious first: {LOOK}; until then use a "
        "loss that tolerates outliers (Huber, absolute error).",
    )


def rounded_values(noise: AmountNoise, target: str, *, max_rounding: float, show_values: bool) -> Iterator[Finding]:
    """Say that some values were rounded so coarsely that it adds to the error."""
    heaping = noise.heaping
    if heaping is None or heaping.cost <= max_rounding:
        return
    to = f" to multiples of {heaping.step:g}" if show_values else ""
    yield Finding(
        check="label-noise",
        status="warn",
        message=f"{percent(heaping.share)} of the values of {target!r} were rounded more coarsely than the others{to}: "
        f"that adds {percent(heaping.cost)} to the variance that models leave unexplained.",
        columns=(target,),
        measured=heaping.cost,
        limit=max_rounding,
        unit="fraction",
        why="What was rounded away no model can predict, and it is counted as an error of the model.",
        remedy="Find out who or what rounds: "
        "pandas.read_parquet('label_issues.parquet').query(\"reason == 'heaping'\"); get the exact values.",
    )
