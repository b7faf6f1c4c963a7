"""Great Expectations, kept quiet: its import, and the expectations that it makes."""

from __future__ import annotations

import difflib
import io
import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from prefit.errors import did_you_mean
from prefit.evidence import Unjudged
from prefit.suites.custom import load_custom
from prefit.suites.load import SuiteEntry

__all__ = ["ENTRY", "Refusal", "build", "quiet_library", "unfit"]

ENTRY = "prefit_entry"
"""Key in an expectation's metadata that says which entry of the suite it is; results come back in another order."""

_QUIET = {"GX_ANALYTICS_ENABLED": "false", "TQDM_DISABLE": "1", "SF_PARTNER": "great_expectations_oss"}
"""Environment while it works; the last it sets itself, and would leave behind."""


@contextmanager
def quiet_library() -> Iterator[ModuleType]:
    """Import Great Expectations and give it a context of its own, which leaves no trace behind."""
    with ExitStack() as undo:
        undo.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # deprecations inside Great Expectations are not the user's
        for name, value in _QUIET.items():
            undo.callback(_restore, name, os.environ.get(name))
            os.environ[name] = value
        undo.enter_context(_silent_logger(logging.getLogger("great_expectations")))
        undo.enter_context(redirect_stdout(io.StringIO()))  # a query without {batch} is commented on by a print

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


def _restore(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an entry is not judged: Great Expectations would leave it out, or stop, or it does not fit into memory."""

    kind: Unjudged
    reason: str


def build(gx: ModuleType, entry: SuiteEntry, number: int, kwargs: Mapping[str, Any]) -> Any:
    """Make the expectation of an entry, with its number in the metadata, or return why there is none."""
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.registry import list_registered_expectation_implementations

    known = list_registered_expectation_implementations()
    if entry.expectation not in known:
        unloaded = load_custom()
        known = list_registered_expectation_implementations()
    if entry.expectation not in known:
        near = difflib.get_close_matches(entry.expectation, known, n=3, cutoff=0.0)
        return Refusal(
            "dropped",
            f"Great Expectations {gx.__version__} knows no such expectation, and leaves out unknown ones without a"
            f" word. Near names: {did_you_mean(entry.expectation, near)}{unloaded}",
        )
    try:
        return ExpectationConfiguration(
            type=entry.expectation, kwargs=dict(kwargs), severity=entry.severity, meta={ENTRY: number}
        ).to_domain_obj()
    except (ValueError, TypeError, gx.exceptions.GreatExpectationsError) as error:
        return unfit(_complaints(error))


def unfit(got: str) -> Refusal:
    """Return that the arguments of an entry are none, with what is wrong with them."""
    return Refusal("error", f"its arguments must be those that it takes; got {got}. Correct them.")


def _complaints(error: Exception) -> str:
    """Say in one line what pydantic has against the arguments."""
    if not hasattr(error, "errors"):
        return str(error)
    found = {".".join(map(str, complaint["loc"])): complaint["msg"] for complaint in reversed(error.errors())}
    return "; ".join(f"{where}: {message}" if where != "__root__" else message for where, message in found.items())
