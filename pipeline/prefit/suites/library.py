"""Great Expectations, kept quiet: the only file that calls it."""

from __future__ import annotations

import difflib
import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

import pyarrow as pa

from prefit.errors import UsageError, did_you_mean
from prefit.suites.frame import to_frame, with_instants
from prefit.suites.load import Suite

__all__ = ["MAX_POSITIONS", "build", "quiet_library", "validate"]

MAX_POSITIONS = 100
"""How many unexpected rows a result names."""

_ENTRY = "prefit_entry"
"""Key in an expectation's metadata that says which entry of the suite it is; results come back in another order."""


@contextmanager
def quiet_library() -> Iterator[ModuleType]:
    """Import Great Expectations and give it a context of its own, which leaves no trace behind."""
    environment = os.environ.get("GX_ANALYTICS_ENABLED")
    with ExitStack() as undo:
        undo.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # deprecations inside Great Expectations are not the user's
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        undo.callback(_restore_environment, environment)
        undo.enter_context(_silent_logger(logging.getLogger("great_expectations")))

        import great_expectations as gx
        from great_expectations.data_context.data_context.context_factory import project_manager

        try:
            project = project_manager._project
        except gx.exceptions.DataContextRequiredError:
            project = None
        undo.callback(project_manager.set_project, project)
        yield gx


@contextmanager
def _silent_logger(logger: logging.Logger) -> Iterator[None]:
    """Keep the records of a logger and of all below it, some of which have levels of their own, from every handler."""
    propagate, nowhere = logger.propagate, logging.NullHandler()
    logger.propagate = False
    logger.addHandler(nowhere)
    try:
        yield
    finally:
        logger.removeHandler(nowhere)
        logger.propagate = propagate


def _restore_environment(value: str | None) -> None:
    if value is None:
        os.environ.pop("GX_ANALYTICS_ENABLED", None)
    else:
        os.environ["GX_ANALYTICS_ENABLED"] = value


def build(gx: ModuleType, suite: Suite, number: int, schema: pa.Schema) -> Any:
    """Make the expectation of an entry, with its number in the metadata."""
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.registry import list_registered_expectation_implementations

    entry = suite.entries[number]
    where = f"expectation {number + 1} of {suite.path!r} ({entry.expectation})"
    known = list_registered_expectation_implementations()
    if entry.expectation not in known:
        near = difflib.get_close_matches(entry.expectation, known, n=3, cutoff=0.0)
        raise UsageError(
            f"{where} must be an expectation of Great Expectations {gx.__version__}, which would leave it out without"
            f" a word; got an unknown type. Near names: {did_you_mean(entry.expectation, near)}"
        )
    try:
        return ExpectationConfiguration(
            type=entry.expectation,
            kwargs=with_instants(entry.kwargs, schema),
            severity=entry.severity,
            meta={_ENTRY: number},
        ).to_domain_obj()
    except (ValueError, TypeError, gx.exceptions.GreatExpectationsError) as error:
        raise UsageError(
            f"{where} must have arguments that it takes; got {_complaints(error)}. Correct them."
        ) from error


def _complaints(error: Exception) -> str:
    """Say in one line what pydantic has against the arguments."""
    if not hasattr(error, "errors"):
        return str(error)
    found = {".".join(map(str, complaint["loc"])): complaint["msg"] for complaint in reversed(error.errors())}
    return "; ".join(f"{where}: {message}" if where != "__root__" else message for where, message in found.items())


def validate(gx: ModuleType, name: str, expectations: Sequence[Any], table: pa.Table) -> Mapping[int, Any]:
    """Judge the expectations in one run, and return the outcomes by the number of their entry."""
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("prefit").add_dataframe_asset("table")
    batch = asset.add_batch_definition_whole_dataframe("all rows").get_batch({"dataframe": to_frame(table)})
    validation = batch.validate(
        gx.ExpectationSuite(name=name, expectations=expectations),
        result_format={"result_format": "SUMMARY", "partial_unexpected_count": MAX_POSITIONS},
    )
    outcomes = {outcome.expectation_config.meta[_ENTRY]: outcome for outcome in validation.results}
    wanted = {expectation.meta[_ENTRY] for expectation in expectations}
    if outcomes.keys() != wanted or len(validation.results) != len(wanted):
        raise RuntimeError(
            f"Great Expectations {gx.__version__} judged {len(validation.results)} of {len(wanted)} expectations"
        )
    return outcomes
