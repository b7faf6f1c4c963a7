"""The command line: parse, call, render, exit code. It decides nothing.

Exit codes: 0 ready or at risk (at risk is 1 with ``--strict``), 1 not ready, 2 wrong usage or unreadable input,
3 cannot tell, 4 internal error, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from prefit import __version__
from prefit.alone import take_over
from prefit.ending import as_interrupts
from prefit.errors import PrefitError, out_of_reach, without_room
from prefit.resident import ends_process
from prefit.screen import complain, leave_unwritten, printable, refusal, say, warn

__all__ = ["main"]

USAGE_ERROR, CANNOT_TELL, INTERNAL_ERROR, INTERRUPTED = 2, 3, 4, 130


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    arguments = list(sys.argv[1:] if args is None else args)
    ends_process.set(args is None)
    if args is None:
        take_over()
    ended_by: list[int] = []
    try:
        with warnings.catch_warnings(), as_interrupts(enabled=args is None) as ended_by:
            warnings.showwarning = warn
            code = commands.main(arguments, prog_name="prefit", standalone_mode=False)
        code = code if isinstance(code, int) else 0
    except click.ClickException as error:
        say(refusal(error), err=True, nl=False)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("prefit: interrupted; no report was written.", err=True)
        code = ended_by[0] if ended_by else INTERRUPTED
    except PrefitError as error:
        code = _refuse(error, USAGE_ERROR, arguments)
    except OSError as error:
        known = without_room(error) or out_of_reach(error)
        leave_unwritten()
        code = _refuse(known or error, USAGE_ERROR if known else INTERNAL_ERROR, arguments)
    except Exception as error:  # noqa: BLE001 - the last line of defence: an unfinished run never exits 0
        code = _refuse(error, INTERNAL_ERROR, arguments)
    sys.exit(code)


def _refuse(error: Exception, code: int, arguments: Sequence[str]) -> int:
    complain(error, debug="--debug" in arguments)
    return code


class _Place(click.Path):
    """A path that has a name: one from a variable that was never set would be the working directory, or nothing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty. Name a path, or leave the option out.", param, ctx)
        return super().convert(value, param, ctx)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="prefit")
def commands() -> None:
    """Know before you fit: will training on a data set work, and why not?"""


def _data_options(command: Any) -> Any:
    """Add the options that say what to read and how to report progress, and start its workers at once."""

    @wraps(command)
    def with_workers(**options: Any) -> Any:
        if options["workers"] is None or options["memory"] is not None:  # how many there may be is yet to be found
            return command(**options)
        from prefit.crew import hired_ahead

        with hired_ahead(options["engine"], options["workers"]):
            return command(**options)

    parsed: Any = with_workers
    for option in (
        click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error."),
        click.option("--quiet", "-q", is_flag=True, help="No progress; print the least."),
        click.option("--seed", type=int, help="Seed of samples and probes (0)."),
        click.option("--engine", metavar="ENGINE", help="local, dask or dask://HOST:PORT: who reads rows (local)."),
        click.option("--workers", type=int, metavar="N", help="Processes that read rows (as many as pay)."),
        click.option("--state", type=_Place(), metavar="DIR", help="Folder to keep what was read, and go on from."),
        click.option("--memory", metavar="SIZE", help="Memory that the run may take, such as 2GB or 500MiB."),
        click.option("--deadline", help="Time for the whole run, such as 30m (1h)."),
        click.option("--config", type=_Place(), help="Configuration (prefit.toml or pyproject.toml here)."),
        click.option("--target", help="Column to predict."),
        click.argument("data"),
    ):
        parsed = option(parsed)
    return parsed


@commands.command()
@_data_options
@click.option("--task", help="auto, classification or regression (auto).")
@click.option("--test", help="Data that the trained model is to be tested on.")
@click.option("--group", help="Column whose groups must not straddle a split.")
@click.option("--time", help="Column that orders the rows in time.")
@click.option("--drop", multiple=True, metavar="COL", help="Column to leave out; may be repeated.")
@click.option("--annotators", metavar="COL,COL,...", help="Labels of several people, or ITEM:ANNOTATOR:LABEL.")
@click.option(
    "--model",
    multiple=True,
    help="linear, boosting, forest, neural or package.module:attribute of your own estimator: what is to be trained.",
)
@click.option("--planned-rows", type=int, help="Rows of the training to forecast (all).")
@click.option("--plan", multiple=True, metavar="KEY=VALUE", help="How a network is to be trained; may be repeated.")
@click.option("--metric", help="To forecast beside the score: roc_auc, log_loss, f1, accuracy, rmse, mae, ...")
@click.option("--require", metavar='"METRIC>=X"', help="What is needed, such as balanced_accuracy>=0.8 or rmse<=3.")
@click.option("--expectations", type=_Place(), help="Great Expectations suite (JSON, YAML), or a folder of them.")
@click.option("--baseline", type=_Place(), metavar="REPORT", help="Earlier report.json, or its folder.")
@click.option("--fail-on", metavar="any|new", help="new: only what the baseline lacks or has milder fails (any).")
@click.option("--history", metavar="URL", help="Database of runs: sqlite:///FILE or postgresql://USER@HOST/DATABASE.")
@click.option("--name", help="What report and history call the data (the name of the file or folder).")
@click.option("--level", help="quick, standard or deep (standard).")
@click.option("--only", multiple=True, metavar="STAGE|CHECK", help="Run these alone; several with commas.")
@click.option("--skip", multiple=True, metavar="STAGE|CHECK", help="Leave these out; several with commas.")
@click.option("--budget", help="Time for the probes, such as 60s (60s).")
@click.option("--output", "-o", type=_Place(), metavar="DIR|-", help="Folder for the report; - prints it as JSON.")
@click.option("--format", "formats", help="Of html,json,md,junit,sarif,pdf (the first three; to standard output json).")
@click.option("--show-values", is_flag=True, default=None, help="Let cell values appear in the report.")
@click.option("--strict", is_flag=True, default=None, help="At risk exits with 1.")
@click.option("--verbose", "-v", is_flag=True, help="Print every column as well.")
def check(
    data: str,
    config: str | None,
    output: str | None,
    formats: str | None,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> int:
    """Judge DATA: a path, glob, folder or URI. Exit 0 ready or at risk, 1 not ready, 3 cannot tell."""
    from prefit import gate
    from prefit.config import find_config
    from prefit.progress import live_progress
    from prefit.publishing import check_output, publish

    wanted = check_output(output, formats)
    given = {name: value for name, value in options.items() if value not in (None, ())}
    with live_progress(enabled=not quiet) as progress:
        report = gate.check(data, **given, config=config or find_config(Path.cwd()), progress=progress)
    publish(report, output, wanted, quiet=quiet, verbose=verbose)
    return report.exit_code


@commands.command()
@_data_options
@click.option("--output", "-o", type=_Place(), help="Folder to write profile.json to.")
def profile(data: str, config: str | None, output: str | None, quiet: bool, **options: Any) -> int:
    """Profile DATA in one pass: types, missing and distinct values of every column. Exit 3 if a part is unreadable."""
    from prefit import stages
    from prefit.config import find_config
    from prefit.progress import live_progress

    if output:
        from prefit.formats import check_directory, write_json

        check_directory(Path(output))
    with live_progress(enabled=not quiet) as progress:
        entries = stages.describe(data, **options, config=config or find_config(Path.cwd()), progress=progress)
    if output:
        say(f"written: {write_json(entries, Path(output), 'profile.json')}")
    if not quiet:
        from prefit.formats import terminal

        say(terminal.render_columns(entries["columns"]), nl=False)
    if entries["unread"]:
        say(f"prefit: {printable(entries['unread'])}", err=True)
    return CANNOT_TELL if entries["unread"] else 0


@commands.command()
@_data_options
@click.option("--time", help="Column that runs on from batch to batch, as a clock does.")
@click.option("--drop", multiple=True, metavar="COL", help="Column without rules; may be repeated.")
@click.option("--batch-rows", type=int, metavar="N", help="Rows of the batches to judge (a tenth to all of these).")
@click.option("--no-values", is_flag=True, help="List no values of text columns.")
@click.option("--output", "-o", type=_Place(), metavar="SUITE.json", help="File to write (standard output).")
@click.option("--force", is_flag=True, help="Replace the file even if it was edited.")
def suggest(
    data: str, config: str | None, output: str | None, no_values: bool, force: bool, quiet: bool, **options: Any
) -> None:
    """Infer a Great Expectations suite that the next batch like DATA should meet."""
    from prefit import suggesting
    from prefit.config import find_config
    from prefit.progress import live_progress
    from prefit.suites.suggest import check_output

    if output:
        check_output(output, force=force)
    given = {name: value for name, value in options.items() if value not in (None, ())}
    values = False if no_values else None
    with live_progress(enabled=not quiet) as progress:
        suite = suggesting.suggest(
            data, **given, values=values, config=config or find_config(Path.cwd()), progress=progress
        )
    if output:
        path = suite.save(output, force=force)
        say(f"written: {path}, {len(suite.entries):,} expectations. Review them; prefit check --expectations")
    else:
        say(suite.to_json(), nl=False, form="json")


@commands.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--target", help="Column to predict, where A or B is data (that of the other one's report).")
@click.option("--task", help="auto, classification or regression (auto).")
@click.option("--drop", multiple=True, metavar="COL", help="Column to leave out; may be repeated.")
@click.option("--level", help="quick, standard or deep: how data are judged (quick).")
@click.option("--fail-on", metavar="any|new", help="Exit 1 if B fails, or fails in what is new or worse (exit 0).")
@click.option("--output", "-o", type=_Place(), help="Folder to write comparison.html and comparison.json to.")
@click.option("--config", type=_Place(), help="Configuration (prefit.toml or pyproject.toml here).")
@click.option("--budget", help="Time for the probes of each run, such as 60s (60s).")
@click.option("--deadline", help="Time for each run, such as 30m (1h).")
@click.option("--engine", metavar="ENGINE", help="local, dask or dask://HOST:PORT: where rows are read (local).")
@click.option("--workers", type=int, metavar="N", help="Processes that read rows (as many as pay).")
@click.option("--state", type=_Place(), metavar="DIR", help="Folder to keep what was read, and go on from.")
@click.option("--memory", metavar="SIZE", help="Memory that a run may take, such as 2GB or 500MiB.")
@click.option("--seed", type=int, help="Seed of samples and probes (0).")
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
def compare(first: str, second: str, config: str | None, output: str | None, quiet: bool, **options: Any) -> int:
    """Say what changed from A to B, each a report (report.json or its folder) or data that are judged now.

    Exit 0 whatever changed; with --fail-on that of the verdict on B: 1 not ready, 3 cannot tell.
    """
    from prefit import comparing
    from prefit.config import find_config
    from prefit.formats import check_directory, comparison_screen
    from prefit.progress import live_progress

    if output:
        check_directory(Path(output))
    given = {name: value for name, value in options.items() if value not in (None, ())}
    with live_progress(enabled=not quiet) as progress:
        found = comparing.compare(first, second, **given, config=config or find_config(Path.cwd()), progress=progress)
    written = found.save(output) if output else []
    say(comparison_screen.render(found.to_dict(), written=written), nl=False)
    return found.exit_code


@commands.command()
@click.argument("name")
@click.option("--history", "url", metavar="URL", help="Database of runs (that of the configuration).")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last N runs (all).")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--config", type=_Place(), help="Configuration (prefit.toml or pyproject.toml here).")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
def history(name: str, url: str | None, last: int | None, output_format: str, config: str | None) -> None:
    """Show the trend of past runs over the data set NAME, and which figures left their own past."""
    from prefit import records
    from prefit.config import find_config
    from prefit.formats import trend

    events = records.history(name, url, last=last, config=config or find_config(Path.cwd()))
    say(trend.render(name, events, output_format), nl=False, form=output_format)


@commands.command()
@click.argument("check_id", metavar="CHECK-ID")
def explain(check_id: str) -> None:
    """Print the page of a check: what it measures, why it hurts training, what to do."""
    from prefit.checks.pages import page
    from prefit.formats import terminal

    say(terminal.render_markdown(page(check_id)), nl=False)


@commands.command()
@_data_options
@click.option("--output", "-o", type=_Place(), default="prefit.toml", show_default=True, help="File to write.")
@click.option("--ci", metavar="github|gitlab", help="Write a CI job that judges DATA as well.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def init(data: str, output: str, ci: str | None, force: bool, quiet: bool, **options: Any) -> None:
    """Write a commented prefit.toml for DATA: inferred types, target, limits."""
    from prefit import initial
    from prefit.progress import live_progress

    with live_progress(enabled=not quiet) as progress:
        paths = initial.write_files(data, Path(output), ci=ci, force=force, progress=progress, **options)
    shown = "DATA" if "://" in data else data  # a URI may hold a login
    say(f"written: {', '.join(map(str, paths))}. Review the kinds, then run: prefit check {shown}")
