"""Infer an expectation suite from a profile: rules that the next batch of the same source should meet."""

from prefit.suites.suggest.backtest import without_broken
from prefit.suites.suggest.infer import infer_suite
from prefit.suites.suggest.suite import SuggestedSuite, check_output

__all__ = ["SuggestedSuite", "check_output", "infer_suite", "without_broken"]
