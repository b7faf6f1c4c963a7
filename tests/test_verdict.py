"""The gate as a table: which findings make which verdict, and which verdict which exit code."""

from __future__ import annotations

from itertools import product

import pytest

from prefit.finding import STATUSES, URGENCY, Finding, Status, Waiver
from prefit.verdict import Verdict, count, exit_code, judge

WAIVER = Waiver(reason="known since March", owner="ada", expires="2030-01-01")


def findings(*statuses: str) -> list[Finding]:
    """Return a finding for each status; a status in brackets is waived."""
    return [
        Finding(
            check=f"check-{place}",
            status=status.strip("()"),  # type: ignore[arg-type]
            message=f"Message {place}.",
            waived=WAIVER if status.startswith("(") else None,
        )
        for place, status in enumerate(statuses)
    ]


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        ([], "cannot_tell"),
        (["pass"], "ready"),
        (["pass", "pass"], "ready"),
        (["warn", "pass"], "at_risk"),
        (["skip", "pass"], "cannot_tell"),
        (["error", "pass"], "cannot_tell"),
        (["fail", "pass"], "not_ready"),
        (["warn", "skip"], "cannot_tell"),
        (["error", "warn"], "cannot_tell"),
        (["fail", "warn", "skip", "error", "pass"], "not_ready"),
        (["(fail)", "pass"], "ready"),
        (["(warn)", "pass"], "ready"),
        (["(skip)", "pass"], "ready"),
        (["(fail)", "warn"], "at_risk"),
        (["(fail)", "fail"], "not_ready"),
        (["(fail)", "skip"], "cannot_tell"),
        (["(fail)"], "cannot_tell"),
    ],
)
def test_findings_make_the_verdict(statuses: list[str], verdict: Verdict) -> None:
    """Fail before not judged before warn before ready; what is waived does not count, and nothing is no judgement."""
    assert judge(findings(*statuses))[0] == verdict


@pytest.mark.parametrize("statuses", list(product(STATUSES, repeat=3)))
def test_order_of_findings_does_not_change_the_verdict(statuses: tuple[Status, ...]) -> None:
    """The verdict depends on which statuses there are, not on their order or number."""
    assert judge(findings(*statuses))[0] == judge(findings(*sorted(set(statuses))))[0]


@pytest.mark.parametrize(
    ("verdict", "strict", "code"),
    [
        ("ready", False, 0),
        ("ready", True, 0),
        ("at_risk", False, 0),
        ("at_risk", True, 1),
        ("not_ready", False, 1),
        ("not_ready", True, 1),
        ("cannot_tell", False, 3),
        ("cannot_tell", True, 3),
    ],
)
def test_verdict_makes_the_exit_code(verdict: Verdict, strict: bool, code: int) -> None:
    """Ready and at risk succeed, unless strict; an unfinished run never does."""
    assert exit_code(verdict, strict=strict) == code


def test_reason_names_the_first_finding_that_decides() -> None:
    """The reason is the message of the first failure, with the number of the others."""
    verdict, reason = judge(findings("warn", "fail", "(fail)", "fail", "pass"))
    assert (verdict, reason) == ("not_ready", "check-1: Message 1. (and 1 more)")


def test_reason_of_a_skipped_check_says_that_it_cannot_pass() -> None:
    """A check that did not run is named, with what follows from it."""
    assert judge(findings("pass", "skip"))[1] == "check-1: Message 1. A check that did not run cannot pass."


def test_every_status_has_its_place_in_the_order_of_reading() -> None:
    """A new status must be given one."""
    assert sorted(URGENCY) == sorted(STATUSES)


def test_counts_hold_every_status_and_the_waived_findings() -> None:
    """Waived findings stay visible in the counts, and a status without findings is 0."""
    assert count(findings("(fail)", "fail", "pass")) == {"fail": 2, "warn": 0, "pass": 1, "skip": 0, "error": 0}
