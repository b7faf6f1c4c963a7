"""What an expectation suite of Great Expectations says of the data."""

from prefit.checks.expectations.expectation_error import ExpectationError
from prefit.checks.expectations.expectation_failed import ExpectationFailed

CHECKS = (ExpectationFailed(), ExpectationError())

__all__ = ["CHECKS", "ExpectationError", "ExpectationFailed"]
