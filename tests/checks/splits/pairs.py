"""Evidence of a training and a test table from explicit figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from tests.checks.builders import evidence

from prefit.evidence import Evidence
from prefit.profiling.values import Profile


def pair(train: Evidence, test: Evidence) -> Evidence:
    """Return the evidence of the first table with the profile of the second as test data."""
    return replace(train, test_profile=test.profile)


def with_keys(given: Evidence, keys: Any, **facts: Any) -> Profile:
    """Return the profile with these row keys; `facts` replace other fields."""
    return replace(given.profile, row_keys=np.sort(np.array(keys, dtype=np.uint64)), **facts)


def table(*columns: Any, target: Any = None, **facts: Any) -> Evidence:
    """Return the evidence of one table."""
    return evidence(*columns, target=target, **facts)
