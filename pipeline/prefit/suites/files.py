"""Find the file of an expectation suite and read it: JSON, or YAML that says what JSON can say."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefit.errors import UsageError, did_you_mean

__all__ = ["find_suite", "read_suite"]

_SUFFIXES = (".json", ".yaml", ".yml")

_MOST_VALUES = 1_000_000
"""More values than a suite ever has: names for parts of a YAML file can make billions of a few lines."""


def find_suite(path: Path, dataset: str = "") -> Path:
    """Return the file of a suite, looking into a folder by the name of the data set."""
    if path.is_file():
        return path
    if not path.is_dir():  # a pipe can be read only once
        got = "something else" if path.exists() else "nothing there"
        raise UsageError(
            f"suite {str(path)!r} must be a JSON or YAML file, or a folder of them; got {got}. Correct it."
        )
    names = dict.fromkeys(name for name in (dataset, Path(dataset).stem) if name)
    for name in names:
        found = [path / f"{name}{suffix}" for suffix in _SUFFIXES if (path / f"{name}{suffix}").is_file()]
        if len(found) > 1:
            raise UsageError(
                f"suite folder {str(path)!r} must hold one suite of a data set;"
                f" got {' and '.join(file.name for file in found)}. Name the file itself, or remove the others."
            )
        if found:
            return found[0]
    there = sorted(file.name for file in path.iterdir() if file.suffix in _SUFFIXES)
    if not there:
        raise UsageError(
            f"suite folder {str(path)!r} must hold <data set>.json or .yaml; got no JSON or YAML file. Name a file."
        )
    wanted = f"{list(names)[-1]}.json" if names else "<data set>.json"
    raise UsageError(
        f"suite folder {str(path)!r} must hold {wanted!r}; got {did_you_mean(wanted, there)} Name the file itself."
    )


def read_suite(file: Path) -> Any:
    """Return what stands in the file; a date in YAML is the text that it would be in JSON."""
    is_yaml = file.suffix in (".yaml", ".yml")
    try:
        text = file.read_text(encoding="utf-8-sig")
        return _from_yaml(text) if is_yaml else json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        found = f"{error.msg} in line {error.lineno}, column {error.colno}"
    except UnicodeDecodeError as error:
        found = f"bytes that are not UTF-8 at {error.start}"
    except OSError as error:
        found = error.strerror or type(error).__name__
    except RecursionError:
        found = "more nested values than can be read"
    except _UnfitError as error:
        found = str(error)
    raise UsageError(f"suite {str(file)!r} must be readable {'YAML' if is_yaml else 'JSON'}; got {found}. Correct it.")


class _UnfitError(Exception):
    pass


def _without_repeats(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key, value in pairs:
        if key in built:
            raise _UnfitError(f"the key {key!r} twice in one object, of which JSON readers drop the first")
        built[key] = value
    return built


def _from_yaml(text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        content = YAML(typ="safe", pure=True).load(text)  # YAML 1.2: no and on are texts
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = "" if mark is None else f" in line {mark.line + 1}, column {mark.column + 1}"
        raise _UnfitError(f"{str(error.problem).splitlines()[0]}{where}") from error
    except (YAMLError, ValueError) as error:
        raise _UnfitError(str(error).splitlines()[0]) from error
    return _Plain().of(content)


class _Plain:
    """Turns what YAML can say into what JSON can say, and counts the values."""

    def __init__(self) -> None:
        self._n_left = _MOST_VALUES

    def of(self, value: Any) -> Any:
        self._n_left -= 1
        if self._n_left < 0:
            raise _UnfitError(f"more than {_MOST_VALUES:,} values")
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        if isinstance(value, list):
            return [self.of(nested) for nested in value]
        if isinstance(value, dict):
            if not all(isinstance(key, str) for key in value):
                raise _UnfitError("a key that is no text")
            return {key: self.of(nested) for key, nested in value.items()}
        if isinstance(value, dt.date):  # a moment, too
            return value.isoformat()
        raise _UnfitError(f"{value!r}, which JSON cannot say")
