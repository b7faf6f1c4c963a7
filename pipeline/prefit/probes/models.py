"""The four families that are probed, and the encoder that turns columns into numbers for all of them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from prefit.probes.frame import Array, Frame

__all__ = ["INTERRUPTED", "Encoder", "make_model", "quiet"]

TEXT_COMPONENTS = 15

INTERRUPTED = "Training interrupted by user"
"""What scikit-learn's networks warn of when they take Ctrl-C for "that is enough"; :func:`quiet` makes it an error."""


class Encoder:
    """Turns frames into one matrix of numbers; what it knows comes from the rows it was fitted on.

    Texts, categories and dates go through skrub's ``TableVectorizer`` with a ``StringEncoder`` of 15 components.
    Numbers pass unchanged, as they would through the ``TableVectorizer``, which takes 2.5 ms for each of them.

    Attributes
    ----------
    owners : tuple of str
        After fitting: the feature that each column of the matrix comes from.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.owners: tuple[str, ...] = ()
        self._vectorizer: Any = None

    def fit_transform(self, frame: Frame) -> Array:
        """Learn the encoding of the texts, categories and dates of `frame`, and return all its columns as float32."""
        self.owners = frame.numeric_owners
        if not frame.other.shape[1]:
            return frame.numeric
        from skrub import StringEncoder, TableVectorizer

        text = StringEncoder(n_components=TEXT_COMPONENTS, random_state=self.seed)
        self._vectorizer = TableVectorizer(high_cardinality=text)
        encoded = self._vectorizer.fit_transform(_with_categories(frame))
        owner_of = dict(zip(frame.other.columns, frame.other_owners, strict=True))
        outputs = self._vectorizer.input_to_outputs_
        owner_of_output = {output: owner_of[name] for name in owner_of for output in outputs.get(name, ())}
        self.owners += tuple(owner_of_output[output] for output in encoded.columns)
        return np.hstack([frame.numeric, np.asarray(encoded, dtype=np.float32)])

    def transform(self, frame: Frame) -> Array:
        """Return all columns of other rows as float32, encoded as learnt."""
        if self._vectorizer is None:
            return frame.numeric
        encoded = self._vectorizer.transform(_with_categories(frame))
        return np.hstack([frame.numeric, np.asarray(encoded, dtype=np.float32)])


def _with_categories(frame: Frame) -> Any:
    # A category is never parsed as a number or a date. Cast here, so that only the categories of these rows count.
    return frame.other.astype(dict.fromkeys(frame.categorical, "category"))


def make_model(family: str, *, classification: bool, seed: int) -> Any:
    """Return the untrained scikit-learn estimator of a family, for matrices with NaN where a value is missing.

    Everything is left at the library's defaults, except what makes a run repeatable and quiet, and one thread:
    trainings run side by side.
    """
    if family == "boosting":
        import lightgbm

        estimator = lightgbm.LGBMClassifier if classification else lightgbm.LGBMRegressor
        return estimator(random_state=seed, n_jobs=1, verbose=-1, deterministic=True, force_col_wise=True)
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    impute = SimpleImputer(strategy="median", keep_empty_features=True)
    if family == "forest":
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        forest = RandomForestClassifier if classification else RandomForestRegressor
        return make_pipeline(impute, forest(random_state=seed, n_jobs=1))
    makers = {"linear": _linear, "neural": _neural}
    if family not in makers:
        raise ValueError(f"family must be linear, boosting, forest or neural; got {family!r}. Name one of these.")
    return make_pipeline(impute, StandardScaler(), makers[family](classification, seed))


def _linear(classification: bool, seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge

    return LogisticRegression(max_iter=1000, random_state=seed) if classification else Ridge(random_state=seed)


def _neural(classification: bool, seed: int) -> Any:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    if classification:
        return MLPClassifier(random_state=seed)
    return TransformedTargetRegressor(MLPRegressor(random_state=seed), transformer=StandardScaler())


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what the libraries say about small samples, and run their linear algebra on one thread.

    One thread, because sums in another order give other scores, and because trainings run side by side. Numbers that
    overflow become infinity, which is a result: a model that gives it, or cannot take it, has failed.
    """
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1), np.errstate(over="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the defaults are what is probed
        warnings.filterwarnings("ignore", "The matrix shape is", UserWarning)  # few texts: fewer components
        warnings.filterwarnings("ignore", "Found unknown categories", UserWarning)  # held-out rows have others
        warnings.filterwarnings("ignore", "X does not have valid feature names", UserWarning)
        warnings.filterwarnings("ignore", "The number of unique classes is greater than 50%", UserWarning)
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        warnings.filterwarnings("ignore", "The provided functions or transformer are not strictly", UserWarning)
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"sklearn\.|scipy\.|skrub\.|numpy\.")
        warnings.filterwarnings("error", INTERRUPTED, UserWarning)
        yield
