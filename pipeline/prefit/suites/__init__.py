"""Expectation suites: read them, and run them on a table with Great Expectations."""

from prefit.suites.load import Suite, SuiteEntry, load_suite
from prefit.suites.run import run_suite

__all__ = ["Suite", "SuiteEntry", "load_suite", "run_suite"]
