"""What each column is taken for."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.profiling.tables import profile

from prefit.errors import UsageError
from prefit.profiling import infer_kinds
from prefit.task import ColumnKind

RNG = np.random.default_rng(5)
WORDS = RNG.choice(["alpha", "beta", "gamma", "delta", "river", "stone", "quiet", "green"], size=(300, 6))
SHUFFLED = RNG.permutation(300)

CASES: dict[str, tuple[Any, str, str]] = {
    "five integers": (SHUFFLED % 5, "x", "numeric"),
    "coded booleans": (SHUFFLED % 2, "x", "numeric"),
    "a running number": (SHUFFLED + 17, "x", "id-like"),
    "scattered integers": (SHUFFLED * 7919, "income", "numeric"),
    "scattered integers named id": (SHUFFLED * 7919, "customer_id", "id-like"),
    "camel case": (SHUFFLED * 7919, "CustomerId", "id-like"),
    "a name that ends like an id": (SHUFFLED * 7919, "paid", "numeric"),
    "all different floats": (SHUFFLED / 7, "id", "numeric"),
    "yes and no": (np.where(SHUFFLED % 2, "yes", "no"), "x", "categorical"),
    "booleans": (SHUFFLED % 2 == 0, "x", "boolean"),
    "uuids": ([str(uuid.UUID(int=int(i) << 64)) for i in SHUFFLED], "x", "id-like"),
    "codes": ([f"AB-{i:05d}" for i in SHUFFLED], "x", "id-like"),
    "repeated codes": ([f"AB-{i % 60:05d}" for i in SHUFFLED], "x", "categorical"),
    "e-mail addresses": ([f"user{i}@example.org" for i in SHUFFLED], "contact", "id-like"),
    "sentences": ([f"{' '.join(words)} {i}" for i, words in enumerate(WORDS)], "x", "text"),
    "names": ([f"{words[0]} {words[1]}-{i}" for i, words in enumerate(WORDS)], "x", "text"),
    "few long labels": (["a label of many words " + str(i % 5) for i in SHUFFLED], "x", "categorical"),
    "many short words": ([f"{WORDS[i][0]}{'abcdefghij'[i % 10] * (i % 7)}" for i in SHUFFLED], "x", "categorical"),
    "numbers as text": ([f"{i / 8:.3f}" for i in SHUFFLED], "x", "categorical"),
    "dates as text": ([str(np.datetime64("2020-01-01") + int(i)) for i in SHUFFLED], "x", "categorical"),
    "dates": (pa.array(SHUFFLED, pa.int32()).cast(pa.date32()), "x", "datetime"),
    "timestamps": (pa.array(SHUFFLED, pa.timestamp("s")), "x", "datetime"),
    "times of day": (pa.array(SHUFFLED, pa.int32()).cast(pa.time32("s")), "x", "unsupported"),
    "embeddings": (pa.FixedSizeListArray.from_arrays(pa.array(np.arange(600.0)), 2), "x", "embedding"),
    "lists of one length": ([[1.0, 2.0], None, [3.0, 4.0]], "x", "embedding"),
    "lists of any length": ([[1.0], [2.0, 3.0]], "x", "unsupported"),
    "structs": ([{"a": 1}], "x", "unsupported"),
    "binaries": ([b"a"], "x", "unsupported"),
    "nothing but nulls": (pa.nulls(300), "x", "categorical"),
    "nothing but null texts": (pa.nulls(300, pa.string()), "x", "categorical"),
    "nothing but null numbers": (pa.nulls(300, pa.int64()), "x", "numeric"),
}


@pytest.mark.parametrize(("values", "name", "kind"), CASES.values(), ids=CASES.keys())
def test_kind_of(values: Any, name: str, kind: str) -> None:
    """Inference follows meaning and ceilings, and gives a reason."""
    kinds, reasons = infer_kinds(profile(pa.table({name: values})))
    assert kinds == {name: kind}
    assert reasons[name]


@pytest.mark.parametrize("case", ["five integers", "yes and no", "sentences", "repeated codes", "scattered integers"])
def test_a_longer_table_has_the_same_kinds(case: str) -> None:
    """A column twenty times as long is not something else."""
    values, name, kind = CASES[case]
    table = pa.table({name: pa.array(np.tile(np.asarray(values), 20 if case != "sentences" else 2))})
    assert infer_kinds(profile(table))[0][name] == kind


def test_ids_are_found_in_a_table_larger_than_its_sample() -> None:
    """Where distinct values are estimated, and not where each stands twice."""
    n = 20_000
    table = pa.table({"once": [f"k{i:06d}" for i in range(n)], "often": [f"k{i // 9:06d}" for i in range(n)]})
    kinds, _ = infer_kinds(profile(table, key_capacity=256, sample_rows=5_000))
    assert kinds == {"once": "id-like", "often": "categorical"}


def test_the_target_is_never_an_identifier() -> None:
    """What is to be predicted may well differ in every row."""
    table = pa.table({"y": np.arange(100), "id": [f"k{i:04d}" for i in range(100)]})
    assert infer_kinds(profile(table, "y"))[0] == {"y": "numeric", "id": "id-like"}
    assert infer_kinds(profile(table, "id"))[0] == {"y": "id-like", "id": "categorical"}


def test_overrides_win() -> None:
    """And say that it was the user."""
    kinds, reasons = infer_kinds(profile(pa.table({"zip": [1, 2]})), {"zip": "categorical"})
    assert (kinds["zip"], reasons["zip"]) == ("categorical", "set by you")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [({"zop": "text"}, r"'?zop'? is not a column; columns: zip\. Did you mean 'zip'"), ({"zip": "txt"}, "'text'")],
)
def test_overrides_that_make_no_sense_are_refused(overrides: dict[str, Any], message: str) -> None:
    """With the near name."""
    with pytest.raises(UsageError, match=message):
        infer_kinds(profile(pa.table({"zip": [1, 2]})), overrides)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["red", "green"], "numeric"), (["red", "green"], "datetime"), ([1.5, 2.5], "datetime"), ([1, 2], "embedding"),
        ([[1.0], [2.0]], "numeric"), ([{"a": 1}], "text"),
    ],
)  # fmt: skip
def test_kind_that_no_value_can_be_read_as_is_refused(values: list[Any], kind: ColumnKind) -> None:
    """It would make every value a missing one, or stop the probes."""
    with pytest.raises(UsageError, match=f"kind that its values can be read as; got '{kind}'"):
        infer_kinds(profile(pa.table({"x": values})), {"x": kind})


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1.5", "?", "two"], "numeric"), (["2020-01-31", ""], "datetime"), ([1, 2], "categorical"), ([1, 2], "text"),
        ([[1.0], [2.0, 3.0]], "embedding"), (pa.nulls(3), "numeric"), ([True], "numeric"), ([1.5], "unsupported"),
    ],
)  # fmt: skip
def test_kind_that_some_values_can_be_read_as_is_taken(values: Any, kind: ColumnKind) -> None:
    """What the user knows of a column wins wherever it is possible."""
    assert infer_kinds(profile(pa.table({"x": values})), {"x": kind})[0] == {"x": kind}
