"""A first ``prefit.toml`` for a data set: what was inferred, to be reviewed and committed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from prefit.errors import UsageError
from prefit.stages import describe
from prefit.stopwatch import Progress
from prefit.workflows import check_workflow, write_workflow
from prefit.writing import write_whole

__all__ = ["write_config", "write_files"]

_HEAD = """\
# Configuration of prefit for {name}. Options of the command line win over this file.
# Every key may be left out. `prefit explain CHECK-ID` shows the limits of a check.

{target}
# task = "auto"              # classification or regression where the target leaves it open
# group = "customer"         # rows of one group stay on one side of a split
# test = "test.parquet"      # rows that the trained model is to be tested on: a path or a URI (s3://, postgresql://)
# time = "date"              # later rows are predicted from earlier ones
# drop = ["row_number"]      # columns that the model will not get
# model = ["boosting"]       # what will be trained: linear, boosting, forest, neural, package.module:attribute
# planned_rows = 100000      # rows of that training, where it is not all of these
# metric = "{metric}"        # forecast beside the score, which is balanced accuracy or R²
# require = "{require}"      # the score that is needed, or of a metric: {metric}{limit}
# expectations = "expectations/{name}.json"  # `prefit suggest` writes one
level = "standard"           # quick, standard or deep
budget = "60s"               # time for the probes
# deadline = "1h"            # time for the whole run; what is not read by then is named, and the verdict cannot tell
# workers = 4                # processes that read the data; as many as pay
# engine = "local"           # or dask, dask://HOST:PORT
# state = "states"           # folder that keeps what was read, so that a run goes on where it ended

# [checks.missing-values]    # limits of a check
# max_fraction = 0.6

# [training]                 # how a network is to be trained: its risks are probed
# depth = 3                  # layers with weights
# optimizer = "adam"         # or rmsprop, sgd, momentum
# learning_rate = 1e-3

# [csv]                      # what the sniffer shall not guess
# delimiter = ";"
# encoding = "latin-1"

[columns]                    # as inferred; a line that stays here is no longer inferred
"""


def write_files(data: Any, path: Path, *, ci: str | None = None, force: bool = False, **options: Any) -> list[Path]:
    """Write a configuration and, where `ci` names a system, a job of it that judges the data.

    With `ci`, a configuration that is there stays as it is unless `force` is given.

    Parameters
    ----------
    data, path, force, **options
        As for :func:`write_config`; for a job, `data` is the path or URI as seen from the working directory.
    ci : {"github", "gitlab"}, optional

    Returns
    -------
    list of pathlib.Path
        The files that were written.

    Raises
    ------
    UsageError
        As :func:`write_config` and :func:`prefit.workflows.write_workflow`.
    """
    if ci is None:
        return [write_config(data, path, force=force, **options)]
    check_workflow(ci, Path(), force=force)
    written = [] if path.exists() and not force else [write_config(data, path, force=force, **options)]
    return [*written, write_workflow(ci, str(data), Path(), config=path.as_posix(), force=force)]


def write_config(
    data: Any, path: Path, *, force: bool = False, progress: Progress | None = None, **options: Any
) -> Path:
    """Write a commented configuration with the inferred kinds.

    Parameters
    ----------
    data : path, URI or table
    path : pathlib.Path
    force : bool, default False
        Whether to replace a file that is there.
    progress : callable, optional
    **options
        Of :func:`prefit.stages.describe`.

    Returns
    -------
    pathlib.Path
        `path`.

    Raises
    ------
    UsageError
        If the file is there and `force` is not given, or it cannot be written.
    """
    if path.exists() and not force:
        raise UsageError(f"output {str(path)!r} must not exist yet; got a file. Use --force to replace it.")
    found = describe(data, progress=progress, **options)
    dataset = found["dataset"]
    target = dataset["target"]
    text = _HEAD.format(
        name=_comment(dataset["name"]),
        target=f"target = {_quoted(target)}" if target else '# target = "label"          # column to predict',
        require="r2>=0.5" if dataset["task"] == "regression" else "balanced_accuracy>=0.8",
        metric="rmse" if dataset["task"] == "regression" else "roc_auc",
        limit="<=3" if dataset["task"] == "regression" else ">=0.9",
    )
    lines = [
        f'{_quoted(column["name"])} = "{column["kind"]}"  # {column["kind_reason"]}' for column in found["columns"]
    ]
    try:
        write_whole(path, (text + "\n".join(lines) + "\n").encode())
    except OSError as error:
        raise UsageError(
            f"output {str(path)!r} must be writable; got {error.strerror}. Choose another place."
        ) from None
    return path


def _quoted(name: str) -> str:
    """Return a TOML basic string: JSON's escapes are a subset of TOML's, but for DEL."""
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
