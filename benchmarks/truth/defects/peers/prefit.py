"""prefit itself on the cases, at the level `quick`: what it warns of or fails.

python -m benchmarks.truth.defects.peers.prefit CASES --output prefit.jsonl
"""

from __future__ import annotations

from benchmarks.truth.defects.peers.running import CaseFiles, Fired, Tool, run

__all__ = ["complaints", "ids"]


def ids() -> tuple[str, ...]:
    """Return the ids of all checks of prefit."""
    from prefit.checks import by_id

    return tuple(by_id())


def complaints(case: CaseFiles) -> list[Fired]:
    """Return the checks that warn or fail, with their columns."""
    import prefit

    report = prefit.check(
        case.path("csv") or case.path("train"),
        target=case.target,
        task=case.facts["task"],
        test=case.path("test"),
        level="quick",
        **case.facts["options"],
    )
    return [
        Fired(finding.check, tuple(finding.columns))
        for finding in report.findings
        if finding.status in {"warn", "fail"}
    ]


if __name__ == "__main__":
    run(Tool("prefit", "prefit", {name: (name,) for name in ids()}, complaints))
