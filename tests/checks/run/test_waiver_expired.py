"""Tests of ``waiver-expired``."""

import datetime as dt
from dataclasses import replace

import pytest
from tests.checks.builders import evidence, judged, numbers, status

from prefit.checks.base import applies
from prefit.checks.run.waiver_expired import WaiverExpired
from prefit.evidence import Evidence
from prefit.waivers import WaiverRule

CHECK = WaiverExpired()
LAST_DAY = dt.date(2026, 11, 23)
RULE = WaiverRule(check="outliers", columns=("x",), reason="r", owner="ann", expires=LAST_DAY)


def on(today: dt.date) -> Evidence:
    """Return the evidence of a run on that day."""
    return replace(evidence(numbers("x")), waivers=(RULE,), today=today)


def test_waiver_out_of_date_fails_with_its_owner():
    """Somebody has to decide."""
    found = judged(CHECK, on(LAST_DAY + dt.timedelta(days=30)))
    assert (found.status, found.columns) == ("fail", ("x",))
    assert "outliers on 2026-11-23 (ann)" in found.message


@pytest.mark.parametrize(("days", "expected"), [(-30, "pass"), (0, "pass"), (1, "fail")])
def test_last_day_is_included(days, expected):
    """It runs out on the day after."""
    assert status(CHECK, on(LAST_DAY + dt.timedelta(days=days))) == expected


def test_runs_without_waivers_do_not_list_it():
    """What does not apply is not listed."""
    assert not applies(CHECK, evidence(numbers("x")))
