"""Training the user's own estimator: what it is given, and what its answers have to look like."""

from __future__ import annotations

import contextlib
import sys
import time
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prefit.own.model import OwnModel, own_places
from prefit.probes.frame import Array
from prefit.probes.metrics import Answers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Given", "answers_of", "as_given", "contained", "predictions_of", "seeded", "takes_frames", "where"]


@dataclass(frozen=True, slots=True)
class Given:
    """Features as the table has them, and how the user's code numbers the classes.

    Attributes
    ----------
    features : pandas.DataFrame, shape (n_rows, n_features)
    place : ndarray of int64, shape (n_classes,)
        Place of each class among the sorted labels, as ``LabelEncoder`` numbers them; empty for regression.
    """

    features: pd.DataFrame
    place: Array

    def take(self, rows: Array) -> Given:
        """Return the given rows."""
        return replace(self, features=self.features.iloc[rows].reset_index(drop=True))

    def without(self, features: Collection[str]) -> Given:
        """Return the same rows without these features."""
        return replace(self, features=self.features.drop(columns=list(features)))


def as_given(table: pa.Table, features: tuple[str, ...], labels: pa.Array) -> Given:
    """Return the features of a table as pandas reads them, and the order of the labels of its classes."""
    ranks = np.empty(len(labels), dtype=np.int64)
    ranks[np.asarray(pc.sort_indices(labels))] = np.arange(len(labels))
    return Given(table.select(list(features)).to_pandas(), ranks)


def predictions_of(
    model: OwnModel, given: tuple[Given, Given], matrices: tuple[Array, Array], target: Array, seed: int
) -> tuple[Array, Array, float]:
    """Train an own estimator and predict its training rows and other ones; all as :func:`answers_of` says it."""
    own, others, seconds = answers_of(model, given, matrices, target, seed)
    return own.predicted, others.predicted, seconds


def answers_of(
    model: OwnModel,
    given: tuple[Given, Given],
    matrices: tuple[Array, Array],
    target: Array,
    seed: int,
    *,
    chances: bool = False,
) -> tuple[Answers, Answers, float]:
    """Train an own estimator and let it answer for its training rows and for other ones.

    A pipeline is given the features as a DataFrame, and encodes them itself. Any other estimator is given prefit's
    matrix, with missing values replaced by the median unless it takes them.

    Parameters
    ----------
    model : OwnModel
    given : (Given, Given)
        Rows to train on, and others.
    matrices : (ndarray, ndarray)
        The same rows, encoded.
    target : ndarray, shape (n_rows,)
        Class numbers of prefit, or values.
    seed : int
        For every ``random_state`` that is not set, and for numpy's global generator meanwhile.
    chances : bool, default False
        Whether to ask for probabilities as well, or for what else tells how much speaks for each class.

    Returns
    -------
    own, others : Answers
        With class numbers of prefit, or values.
    seconds : float
        Processor time of the fit.

    Raises
    ------
    ValueError
        If it predicts something else than one class number, or one number, for each row.
    """
    place = given[0].place
    with contained(seed):
        estimator = seeded(model.make(), seed)
        if takes_frames(estimator):
            rows, others = (part.features for part in given)
        else:
            rows, others = _imputed(estimator, *matrices)
        started = time.thread_time()
        fitted = estimator.fit(rows, place[target] if len(place) else target)
        seconds = time.thread_time() - started
        fitted = estimator if fitted is None else fitted  # not every estimator returns itself
        answers = [
            Answers(
                _checked(fitted.predict(part), len(part), place),
                *(_chances(fitted, part, place) if chances and len(place) else ()),
            )
            for part in (rows, others)
        ]
    return answers[0], answers[1], seconds


def where(error: BaseException) -> str:
    """Say where in the user's own code an error arose, for instance ``" (model.py, line 7, in fit)"``."""
    places = own_places(error)
    return f" ({places[-1]})" if places else ""


@contextlib.contextmanager
def contained(seed: int) -> Iterator[None]:
    """Keep what the user's code prints off the report, its warnings off the screen, and its luck repeatable."""
    state = np.random.get_state()  # noqa: NPY002 - this is the generator that code without random_state draws from
    np.random.seed(seed)  # noqa: NPY002
    try:
        with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(sys.stderr):
            yield
    except SystemExit as error:
        raise RuntimeError(f"it ended the process with exit code {error.code}") from error
    finally:
        np.random.set_state(state)  # noqa: NPY002


def takes_frames(estimator: Any) -> bool:
    """Whether it, or what it wraps and searches over, is a pipeline: that begins with an encoding of its own."""
    from sklearn.pipeline import Pipeline

    inner = (getattr(estimator, name, None) for name in ("estimator", "regressor", "base_estimator"))
    return isinstance(estimator, Pipeline) or any(part is not None and takes_frames(part) for part in inner)


def _imputed(estimator: Any, rows: Array, others: Array) -> tuple[Array, Array]:
    """Replace what is missing by the median of the training rows, unless the estimator takes it as it is."""
    from sklearn.impute import SimpleImputer
    from sklearn.utils import get_tags

    if hasattr(estimator, "__sklearn_tags__") and get_tags(estimator).input_tags.allow_nan:
        return rows, others
    imputer = SimpleImputer(strategy="median", keep_empty_features=True)
    return imputer.fit_transform(rows), imputer.transform(others)


def seeded(estimator: Any, seed: int) -> Any:
    """Set every ``random_state`` of an estimator that is None, also those of its parts."""
    if hasattr(estimator, "get_params") and hasattr(estimator, "set_params"):
        unset = {name: seed for name, value in estimator.get_params(deep=True).items() if _is_open(name, value)}
        return estimator.set_params(**unset) if unset else estimator
    return estimator


def _is_open(name: str, value: Any) -> bool:
    return value is None and (name == "random_state" or name.endswith("__random_state"))


def _checked(answer: Any, n_rows: int, place: Array) -> Array:
    predicted = np.asarray(answer)
    if predicted.shape == (n_rows, 1):
        predicted = predicted[:, 0]
    if predicted.shape != (n_rows,):
        raise ValueError(f"predict must return one value for each of {n_rows} rows; got shape {predicted.shape}")
    if not len(place):
        return predicted.astype(np.float64)
    numbers = predicted.astype(np.int64)
    if (numbers != predicted).any() or numbers.min() < 0 or numbers.max() >= len(place):
        got = "NaN" if predicted.dtype.kind == "f" and np.isnan(predicted).any() else "other values"
        raise ValueError(f"predict must return class numbers from 0 to {len(place) - 1}; got {got}")
    return np.asarray(np.argsort(place)[numbers])


def _chances(fitted: Any, rows: Any, place: Array) -> tuple[Array | None, bool]:
    """Return how much speaks for each class of prefit, and whether that is a probability; None if it does not say."""
    probable = hasattr(fitted, "predict_proba")
    ask = getattr(fitted, "predict_proba" if probable else "decision_function", None)
    if ask is None:
        return None, False
    said = np.asarray(ask(rows), dtype=np.float64)
    if said.ndim == 1:  # of two classes the second
        said = np.stack([1 - said if probable else -said, said], axis=1)
    numbers = np.argsort(place)[np.asarray(getattr(fitted, "classes_", np.arange(len(place))), dtype=np.int64)]
    if said.shape != (len(rows), len(numbers)):
        raise ValueError(f"{ask.__name__} must return a column for each class; got shape {said.shape}")
    chances = np.full((len(rows), len(place)), 0.0 if probable else -np.inf)
    chances[:, numbers] = said
    return chances, probable
