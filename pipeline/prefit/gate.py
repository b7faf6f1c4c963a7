"""The whole run on one page: open, profile, measure, judge, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from prefit.baselines import check_same_data, read_report, refusing_damage
from prefit.checks import configured, select
from prefit.checks.run.model_failed import ModelFailed, with_networks
from prefit.checks.run.unreadable_partition import UnreadablePartition
from prefit.config import load_config, make_options, merged
from prefit.judging import check_asked, judged
from prefit.measure import gather
from prefit.memory import trainings
from prefit.reading import open_data, profile_source
from prefit.records import keep, open_ledger, with_past
from prefit.report import Report
from prefit.resolve import check_names, resolve
from prefit.stopwatch import Progress, Stopwatch
from prefit.suites import load_suite

__all__ = ["check", "open_data", "profile_source", "resolve"]


def check(
    data: Any,
    *,
    target: str | None = None,
    task: str | None = None,
    test: Any = None,
    group: str | None = None,
    time: str | None = None,
    drop: Sequence[str] | None = None,
    annotators: str | Sequence[str] | Mapping[str, str] | None = None,
    model: Any = None,
    planned_rows: int | None = None,
    plan: Any = None,
    metric: str | None = None,
    require: str | None = None,
    expectations: str | Path | None = None,
    baseline: str | Path | Report | Mapping[str, Any] | None = None,
    fail_on: str | None = None,
    history: str | None = None,
    name: str | None = None,
    level: str | None = None,
    only: Sequence[str] | None = None,
    skip: Sequence[str] | None = None,
    budget: str | float | None = None,
    deadline: str | float | None = None,
    workers: int | None = None,
    engine: Any = None,
    state: str | Path | None = None,
    memory: str | int | None = None,
    seed: int | None = None,
    show_values: bool | None = None,
    strict: bool | None = None,
    columns: Mapping[str, str] | None = None,
    checks: Mapping[str, Mapping[str, Any]] | None = None,
    csv: Mapping[str, Any] | None = None,
    waivers: Sequence[Mapping[str, Any]] | None = None,
    config: str | Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Will training on these data work, and if not, why not?

    Parameters
    ----------
    data : path, URI or table
        A Parquet, CSV, TSV, JSON Lines, Arrow, Feather, ORC or ARFF file or a workbook, a folder or a glob of them, on
        disk or in a store (``s3://...``); a table of Delta Lake or Iceberg; a data set that Hugging Face saved;
        ``postgresql://user@host/database?table=schema.table`` or ``?query=SELECT ...``, and the same with
        ``sqlite:///file`` and ``duckdb:///file``; or a pandas, polars or pyarrow table, or anything with
        ``__arrow_c_stream__``.
    target : str, optional
        Column to predict. Without it only the data and the expectations are judged.
    task : {"auto", "classification", "regression"}, default "auto"
    test : as `data`, optional
        The rows that the trained model is to be tested on.
    group, time : str, optional
        Column whose groups must not straddle a split; column that orders the rows in time.
    drop : sequence of str, optional
        Columns to leave out.
    annotators : str, sequence of str or mapping, optional
        Columns with the labels of several annotators, ``"ann,bob,eve"`` or a list: the check
        ``annotator-disagreement`` says how far they agree and who is good, and the target is held against their
        consensus. Of a table in which each row is one annotation, ``"ITEM:ANNOTATOR:LABEL"`` or a mapping with the keys
        ``item``, ``annotator`` and ``label``. They are no features.
    model : sequence of {"linear", "boosting", "forest", "neural", "module:attribute"} or estimators, optional
        What is to be trained, so that its risks decide; default the family with the best forecast. An estimator of
        your own is probed like a family: an object, a class of one or a function that returns one, or the name of
        either, which is imported.
    planned_rows : int, optional
        Rows of the training to forecast; default all rows with a target.
    plan : mapping or TrainingPlan, optional
        How a network is to be trained, for example ``{"depth": 5, "learning_rate": 0.01}``: its risks are probed.
    metric : str, optional
        Forecast beside the score (balanced accuracy or R²): ``"accuracy"``, ``"average_precision"``, ``"f1"``,
        ``"f1_macro"``, ``"log_loss"`` or ``"roc_auc"``; ``"mae"`` or ``"rmse"`` of a number.
    require : str, optional
        For example ``"balanced_accuracy>=0.8"`` or ``"r2>=0.5"``: the score that is needed. Or a metric, which is then
        forecast as well: ``"roc_auc>=0.9"``, ``"rmse<=3.5"``.
    expectations : path, optional
        A Great Expectations suite (JSON or YAML), or a folder with one by the name of the data set.
    baseline : path, Report or mapping, optional
        An earlier report on the same data set: its ``report.json``, a folder with one, or the report itself. Findings
        are then new, worse, known or gone, and the check ``baseline-drift`` says how the columns moved.
    fail_on : {"any", "new"}, default "any"
        With "new", only failures that the baseline lacks, or has in a milder form, make the data *not ready*.
    history : str, optional
        ``sqlite:///PATH`` or ``postgresql://...``: keeps the summary of the run, and the check ``history-anomaly`` says
        which figures leave their own past.
    name : str, optional
        What the report and the history call the data; default that of the file or folder.
    level : {"quick", "standard", "deep"}, default "standard"
    only, skip : sequence of str, optional
        Stages or checks to run or to leave out.
    budget : str or float, default "60s"
        Time for the probes.
    deadline : str or float, default "1h"
        Time for the whole run. Partitions that are not read by then are named, and what is not measured by then is
        skipped: the verdict cannot tell.
    workers : int, optional
        Processes that read and fold the data; default as many as pay, at most the cores that this process may use.
    engine : {"local", "dask", "dask://HOST:PORT"} or distributed.Client, default "local"
        Where the data are read and folded: in processes of this machine, or on a Dask cluster that is started for the
        run, is found at an address, or is that of a client.
    state : path, optional
        Directory that keeps what was folded of files, so that a run that was ended goes on there, and a table that
        grew by new files at its end is not folded from the start.
    memory : str or int, optional
        Resident memory, such as ``"2GB"``, ``"500MiB"`` or bytes, that this process and those it starts stay below
        together: by smaller batches and fewer workers, or the run is refused before it starts.
    seed : int, default 0
    show_values : bool, default False
        Whether raw cell values may appear in the report.
    strict : bool, default False
        Whether *at risk* counts as failure in ``report.exit_code``.
    columns : mapping, optional
        Kinds that override the inferred ones, for example ``{"zip": "categorical"}``.
    checks : mapping, optional
        Limits of checks, for example ``{"missing-values": {"max_fraction": 0.6}}``.
    csv : mapping, optional
        ``delimiter``, ``encoding``, ``header``, ``quote``, ``null_values``, where the sniffer shall not guess.
    waivers : sequence of mapping, optional
        Findings that are accepted for a time: ``check``, ``columns``, ``reason``, ``owner``, ``expires``.
    config : path, optional
        A ``prefit.toml`` or ``pyproject.toml`` with the same options; arguments win.
    progress : callable, optional
        Called with the name of a stage and the share of it that is done.

    Returns
    -------
    Report

    Raises
    ------
    UsageError
        If an option is wrong in itself or for these data.
    InputError
        If the data cannot be read or hold no row.

    Examples
    --------
    >>> import pyarrow as pa
    >>> report = check(pa.table({"a": range(100), "b": [1.5] * 100}), level="quick")
    >>> report.verdict
    'at_risk'
    """
    given = {name: value for name, value in locals().items() if name not in ("data", "config", "progress")}
    from_file = load_config(config) if config is not None else {}
    options = make_options(merged(from_file, given))
    selected = select(configured(options.checks), options.only, options.skip)
    check_asked(selected, options)
    earlier = None if options.baseline is None else read_report(options.baseline)
    ledger = open_ledger(options, data)
    watch = Stopwatch.started(progress, options.deadline, options.memory)

    source = open_data(data, options)
    check_names(source.schema.names, options)
    if earlier is not None:
        with refusing_damage(earlier):
            check_same_data(earlier, source.schema.names, options.target, options.drop)
    if options.expectations is not None:
        load_suite(options.expectations, dataset=source.name)  # a broken suite ends the run before the work begins
    profile = profile_source(source, options, watch, "profile", probed=True)
    task_of_data = resolve(profile, options)
    test_profile = None
    if options.test is not None:
        test_source = open_data(options.test, options, test=True)
        extra = tuple(name for name in test_source.schema.names if name not in source.schema.names)
        common = replace(options, drop=(*options.drop, *extra))  # rows are compared by the columns that both have
        test_profile = profile_source(test_source, common, watch, "profile of the test data", probed=True)

    with trainings(options):
        evidence = gather(task_of_data, profile, options, selected, watch, test_profile=test_profile, source=source)
    if profile.unread or (test_profile is not None and test_profile.unread):  # whatever is selected: rows are lost
        selected = (*(check for check in selected if check.id != UnreadablePartition.id), UnreadablePartition())
    if not {ModelFailed.id, ModelFailed.stage} & set(options.skip):
        selected = with_networks(selected, evidence)
    evidence = with_past(ledger, options.name or source.name, evidence)
    return keep(ledger, judged(source, evidence, selected, options, watch, earlier), evidence)
