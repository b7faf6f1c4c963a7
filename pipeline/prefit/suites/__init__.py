"""Expectation suites: read them, and run them on all rows with Great Expectations."""

from prefit.suites.load import Suite, SuiteEntry, load_suite
from prefit.suites.rows import Database, Rows
from prefit.suites.run import MEMORY_BYTES, run_suite

__all__ = ["MEMORY_BYTES", "Database", "Rows", "Suite", "SuiteEntry", "load_suite", "run_suite"]
