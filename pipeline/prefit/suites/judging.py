"""Let Great Expectations judge expectations: in SQL on all rows, or on a pandas frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pyarrow as pa

from prefit.suites.frame import to_frame
from prefit.suites.library import ENTRY
from prefit.suites.rows import ROW, Rows, make_views

__all__ = ["MAX_POSITIONS", "frame_batch", "judge_in_memory", "judge_in_sql", "quiet_context", "raised", "sql_batches"]

MAX_POSITIONS = 100
"""How many unexpected rows a result names."""

_COUNTED = {"result_format": "BASIC", "partial_unexpected_count": 0}
_LOCATED = {
    "result_format": "SUMMARY",
    "partial_unexpected_count": MAX_POSITIONS,
    "return_unexpected_index_query": False,  # nobody reads it, and a ? in a name is an error there
}


@contextmanager
def sql_batches(
    gx: ModuleType, rows: Rows, groups: Sequence[Sequence[str]], folder: Path, memory_bytes: int
) -> Iterator[Iterator[Any]]:
    """Give a batch of all rows for each group of columns, in a DuckDB that holds no more than `memory_bytes`.

    It spills into the folder.
    """
    from prefit.suites import dialect

    views = make_views(rows, groups, folder)
    config = {
        "memory_limit": f"{memory_bytes >> 20}MB",
        "threads": 1,  # several would add up numbers in another order each time, to other last digits
        "temp_directory": str(folder / "spilled"),
    }
    files = [*map(str, folder.glob("*.parquet")), *(path for path, _ in rows.files)]
    dialect.register()
    source = quiet_context(gx).data_sources.add_sql(
        "prefit",
        connection_string=dialect.URL,
        create_temp_table=False,
        kwargs={"connect_args": {"views": views, "config": config, "files": files}},
    )
    execution = source.get_execution_engine()
    execution.dialect_module = SimpleNamespace(DremioDialect=None, name="duckdb")  # of REGEXP_MATCHES and LIKE, too
    try:
        assets = (source.add_table_asset(view, table_name=view) for view in views)
        yield (asset.add_batch_definition_whole_table("all rows").get_batch() for asset in assets)
    finally:
        execution.engine.dispose()
        source.get_engine().dispose()  # a second one, for tests of the connection


def frame_batch(gx: ModuleType, table: pa.Table) -> Any:
    """Return a batch of the rows in memory."""
    asset = quiet_context(gx).data_sources.add_pandas("prefit").add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("all rows").get_batch({"dataframe": to_frame(table)})


def judge_in_sql(
    gx: ModuleType, batch: Any, expectations: Sequence[Any], *, has_positions: bool = True
) -> dict[int, Any]:
    """Judge expectations in few queries: counts first, then the positions of unexpected rows where there are any.

    A query that fails takes all that it was to answer with it, so what came to nothing is judged again alone.
    """
    outcomes = _judge(gx, batch, expectations, _COUNTED)
    by_entry = {expectation.meta[ENTRY]: expectation for expectation in expectations}
    if len(expectations) > 1:
        for number in [number for number, outcome in outcomes.items() if raised(outcome)]:
            outcomes |= _judge(gx, batch, [by_entry[number]], _COUNTED)
    unexpected = [number for number, outcome in outcomes.items() if outcome.result.get("unexpected_count")]
    if unexpected:
        located = _LOCATED | ({"unexpected_index_column_names": [ROW]} if has_positions else {})
        again = _judge(gx, batch, [by_entry[number] for number in unexpected], located)
        outcomes |= {number: outcome for number, outcome in again.items() if not raised(outcome)}
    return outcomes


def judge_in_memory(gx: ModuleType, batch: Any, expectations: Sequence[Any]) -> dict[int, Any]:
    """Judge expectations on a frame."""
    return _judge(gx, batch, expectations, _LOCATED)


def raised(outcome: Any) -> list[str]:
    """Return the messages of exceptions; the record is nested by metric where a metric raised."""
    info = outcome.exception_info or {}
    nested: list[Mapping[str, Any]] = [value for value in info.values() if isinstance(value, dict)]
    return [str(record.get("exception_message")) for record in nested or [info] if record.get("raised_exception")]


def _judge(gx: ModuleType, batch: Any, expectations: Sequence[Any], result_format: Mapping[str, Any]) -> dict[int, Any]:
    """Judge the expectations in one run, and return the outcomes by the number of their entry."""
    suite = gx.ExpectationSuite(name="prefit", expectations=list(expectations))
    validation = batch.validate(suite, result_format=dict(result_format))
    outcomes = {outcome.expectation_config.meta[ENTRY]: outcome for outcome in validation.results}
    wanted = {expectation.meta[ENTRY] for expectation in expectations}
    if outcomes.keys() != wanted or len(validation.results) != len(wanted):
        raise RuntimeError(
            f"Great Expectations {gx.__version__} judged {len(validation.results)} of {len(wanted)} expectations"
        )
    return outcomes


def quiet_context(gx: ModuleType) -> Any:
    """Return a context that draws no progress bars and leaves nothing behind."""
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context
