"""The check ``unreadable-partition``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import Profile, UnreadPartition
from prefit.wording import plural, without_values

__all__ = ["UnreadablePartition"]

MAX_REASONS = 3
MAX_NAMES = 20


@dataclass(frozen=True)
class UnreadablePartition:
    """Is a part of the data left out because it could not be read?

    What it measures
    ----------------
    The partitions (files, row groups, ranges of a file) that could not be read, that ended every process that read
    them, or that were not read before the deadline. It names them, says why, and makes the verdict *cannot tell*:
    everything else in the report is about the other rows. It is judged whatever is selected. Where nothing can be
    read there is no report, but an error.

    Why it hurts training
    ---------------------
    The training will read these rows too, and fail, or leave them out in silence.

    Example
    -------
    A file of a folder was cut off while it was copied, or a file of one day has a column of another type.

    What to do
    ----------
    Write the partition again, or take it out of the input. Where it was not read in time, give a later
    ``--deadline``, more ``--workers`` or a cluster (``--engine``).

    When it may be a false alarm
    ----------------------------
    When the file was being written, or the storage could not be reached for a while: run again.

    References
    ----------
    Dean and Ghemawat (2004), MapReduce: simplified data processing on large clusters, OSDI, section 4.6 on skipping
    bad records.
    """

    id: ClassVar[str] = "unreadable-partition"
    stage: ClassVar[Stage] = "run"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding for each table that lacks partitions."""
        for table, profile in (("", evidence.profile), ("of the test data ", evidence.test_profile)):
            if profile is not None and profile.unread:
                yield self._finding(table, profile, evidence)

    def _finding(self, table: str, profile: Profile, evidence: Evidence) -> Finding:
        unread = profile.unread
        known = {*profile.columns, *(partition.name for partition in unread)}
        return Finding(
            check=self.id,
            status="error",
            message=f"{len(unread):,} of {plural(profile.n_partitions, 'partition')} {table}could not be read: "
            f"{_reasons(unread, known, show_values=evidence.show_values)}",
            measured=len(unread),
            limit=0,
            unit="partitions",
            why="The report is about the other rows; the training will read these too, or lose them.",
            remedy="Write these partitions again, or take them out of the input; where the time was short, give a "
            "later `--deadline` or more `--workers`.",
        )


def _reasons(unread: tuple[UnreadPartition, ...], known: Collection[str], *, show_values: bool) -> str:
    """Name the partitions by reason, the first reasons in words."""
    by_reason: dict[str, list[str]] = {}
    for partition in unread:
        reason = partition.reason if show_values else without_values(partition.reason, known)
        by_reason.setdefault(reason.rstrip("."), []).append(partition.name)
    said = [
        reason if len(names) == 1 and names[0] in reason else f"{_listed(names)}: {reason}"
        for reason, names in list(by_reason.items())[:MAX_REASONS]
    ]
    others = [name for names in list(by_reason.values())[MAX_REASONS:] for name in names]
    return "; ".join([*said, *([f"also {_listed(others)}"] if others else [])]) + "."


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMES:,} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more
