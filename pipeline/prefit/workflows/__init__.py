"""Files that make a CI system judge the data: a starting point, written once and then the user's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from prefit import __version__
from prefit.errors import UsageError, did_you_mean
from prefit.sources.needs import extra_for
from prefit.writing import write_whole

__all__ = ["SYSTEMS", "check_workflow", "write_workflow"]

SYSTEMS: Mapping[str, str] = {"github": ".github/workflows/prefit.yml", "gitlab": ".gitlab-ci.yml"}
"""The CI systems, and the file that each of them reads."""

_FROM_SECRET: Mapping[str, str] = {"github": "${{ secrets.PREFIT_DATA }}", "gitlab": "$PREFIT_DATA_URI"}
"""What stands for a URI, which may hold a login: a secret of the repository, a variable of the project."""


def check_workflow(system: str, directory: Path, *, force: bool = False) -> Path:
    """Return the file to write; refuse one that cannot be, before any work is done.

    Raises
    ------
    UsageError
        If there is no such system, or the file is there and `force` is not given.
    """
    if system not in SYSTEMS:
        raise UsageError(
            f"ci must be a system that prefit knows; got {system!r}. Known: {did_you_mean(system, SYSTEMS)}"
        )
    path = directory / SYSTEMS[system]
    if path.exists() and not force:
        raise UsageError(
            f"ci {system} must not replace {str(path)!r}; got a file that is there. Move it away, or use --force."
        )
    return path


def write_workflow(system: str, data: str, directory: Path, *, config: str, force: bool = False) -> Path:
    """Write a job that runs ``prefit check`` as a gate.

    Parameters
    ----------
    system : {"github", "gitlab"}
    data : str
        Path or URI as the job is to name it. A URI is taken from a secret instead, as it may hold a login.
    directory : pathlib.Path
        Root of the repository.
    config : str
        Path of the ``prefit.toml`` in the repository.
    force : bool, default False
        Whether to replace a file that is there.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    UsageError
        As :func:`check_workflow`, or if the file cannot be written, or a path has what the system would evaluate.
    """
    path = check_workflow(system, directory, force=force)
    for name, text in (("data", data), ("output", config)):
        if "$" in text and "://" not in text:
            raise UsageError(f"{name} must not hold a $ for a CI file, where it is evaluated; got {text!r}. Rename it.")
    template = files("prefit.workflows").joinpath(f"{system}.yml").read_text(encoding="utf-8")
    extra = extra_for(data)
    values = {
        "@EXTRA@": f"[{extra}]" if extra else "",
        "@VERSION@": __version__,
        "@DATA@": json.dumps(_FROM_SECRET[system] if "://" in data else data),  # what is JSON is YAML too
        "@CONFIG@": json.dumps(config),
    }
    for mark, value in values.items():
        template = template.replace(mark, value)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, template.encode())
    except OSError as error:
        raise UsageError(
            f"ci file {str(path)!r} must be writable; got {error.strerror}. Choose another place."
        ) from None
    return path
