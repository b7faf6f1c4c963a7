"""The user's own estimator: found by its name or given as an object, and made afresh for every training."""

from __future__ import annotations

import importlib
import os
import sys
import sysconfig
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefit.errors import UsageError, did_you_mean

__all__ = ["OwnModel", "copied", "load_reference", "own_model", "own_places"]

SHAPE = "package.module:attribute"

_PREFIT = str(Path(__file__).parents[1]) + os.sep
_NOT_OWN = (*(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")), _PREFIT, "<")
"""How the paths of code begin that the user did not write."""


@dataclass(frozen=True, slots=True)
class OwnModel:
    """An estimator that prefit did not bring: `name` stands for it in the report.

    `source` is ``"package.module:attribute"``, which each process imports for itself, or the object: an estimator, a
    class of one, or a function that returns one. Nothing is ever unpickled from outside.
    """

    name: str
    source: Any = field(repr=False)

    def make(self) -> Any:
        """Return an untrained estimator.

        Raises
        ------
        UsageError
            If what the source names or returns has no ``fit`` and ``predict``, or raises.
        """
        found = load_reference(self.source) if isinstance(self.source, str) else self.source
        if not isinstance(found, type) and _is_estimator(found):
            return copied(found)
        if not callable(found):
            raise _no_estimator(self.name, found)
        try:
            made = found()
        except Exception as error:
            raise UsageError(
                f"model {self.name!r} must return an estimator when called without arguments; got "
                f"{type(error).__name__}: {error}{_place(error)}. Mend it, or name a function that sets its arguments."
            ) from error
        if not _is_estimator(made):
            raise _no_estimator(self.name, made)
        return made


def own_model(source: Any, taken: Collection[str] = ()) -> OwnModel:
    """Name an estimator, differently from those that are `taken`, and see that it can be made.

    Raises
    ------
    UsageError
        If it cannot be found or made.
    """
    name = source if isinstance(source, str) else _class_name(source)
    number = next(k for k in range(1, len(taken) + 2) if _numbered(name, k) not in taken)
    model = OwnModel(_numbered(name, number), source)
    model.make()
    return model


def load_reference(reference: str, option: str = "model") -> Any:
    """Import a module, also from the working directory, and return the attribute that a reference names.

    Parameters
    ----------
    reference : str
        ``"package.module:attribute"``.
    option : str
        What the reference was given for; errors begin with it.

    Raises
    ------
    UsageError
        If there is no such module or attribute, or the module cannot be imported.

    Examples
    --------
    >>> load_reference("math:pi")
    3.141592653589793
    """
    module_name, colon, attribute = reference.partition(":")
    if not colon or not module_name or not attribute:
        raise UsageError(f"{option} must read {SHAPE}; got {reference!r}. Write for example my_models:make_model.")
    found = _imported(module_name, option)
    for name in attribute.split("."):
        if not hasattr(found, name):
            known = did_you_mean(name, [each for each in dir(found) if not each.startswith("_")])
            raise UsageError(f"{option} {reference!r}: {name!r} does not exist there; it has: {known}")
        found = getattr(found, name)
    return found


def _imported(name: str, option: str) -> Any:
    """Import a module by its name with the working directory on the path, where an installed command has none."""
    here = str(Path.cwd())
    added = here not in sys.path and "" not in sys.path
    if added:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or name
        where = "in the working directory or among the installed packages"
        if name == missing or name.startswith(f"{missing}."):
            raise UsageError(
                f"{option}: module {missing!r} must be {where}; got none. Run prefit where it is, or install it."
            ) from error
        raise UsageError(f"{option}: module {name!r} needs {missing!r} to be {where}. Install it.") from error
    except Exception as error:
        raise UsageError(
            f"{option}: module {name!r} must be importable; got {type(error).__name__}: {error}{_place(error)}. "
            "Mend it."
        ) from error
    finally:
        if added:
            sys.path.remove(here)


def _is_estimator(found: Any) -> bool:
    return callable(getattr(found, "fit", None)) and callable(getattr(found, "predict", None))


def copied(estimator: Any) -> Any:
    """Return an untrained copy: as scikit-learn does it where it can, else of the object as it is."""
    if hasattr(estimator, "get_params"):
        from sklearn.base import clone

        return clone(estimator)
    import copy

    return copy.deepcopy(estimator)


def _no_estimator(name: str, found: Any) -> UsageError:
    return UsageError(
        f"model {name!r} must be an estimator with fit and predict, or a function that returns one; got "
        f"{type(found).__name__}. Name another attribute."
    )


def _class_name(source: Any) -> str:
    """Return the name of an estimator's class, that of the last step for a pipeline, or the name of a function."""
    steps = getattr(source, "steps", None)
    if isinstance(steps, list) and steps and not isinstance(source, type):
        return _class_name(steps[-1][1])
    return str(getattr(source, "__name__", type(source).__name__))


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"


def _place(error: BaseException) -> str:
    """Return where in the user's code an error arose: file name, line and function."""
    places = own_places(error)
    return f" ({places[-1]})" if places else ""


def own_places(error: BaseException) -> list[str]:
    """Return the lines of a traceback that are neither prefit's nor those of installed packages, outermost first."""
    places = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if not code.co_filename.startswith(_NOT_OWN):
            places.append(f"{Path(code.co_filename).name}, line {step.tb_lineno}, in {code.co_name}")
        step = step.tb_next
    return places
