"""What an expectation suite of Great Expectations says of the data."""

from prefit.checks.base import Check
from prefit.checks.expectations.expectation_error import ExpectationError
from prefit.checks.expectations.expectation_failed import ExpectationFailed

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (ExpectationFailed(), ExpectationError())
