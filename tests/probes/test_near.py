"""Tests of the search for near copies: planted ones are found, data without them are not accused."""

import numpy as np
import pyarrow as pa
import pytest

from prefit.errors import InputError
from prefit.evidence.copies import NearTwins
from prefit.probes import inflation, near_overlap, near_twins
from prefit.probes.shingles import Texts
from prefit.task import ColumnKind, Task

SIZES = (200, 2_000)
SEEDS = range(20)


def task_of(table: pa.Table, kind: ColumnKind = "numeric", **kinds: ColumnKind) -> Task:
    """Make features of all columns."""
    return Task(
        target=None,
        kind=None,
        features=tuple(table.column_names),
        kinds=dict.fromkeys(table.column_names, kind) | kinds,
    )


def numbers(values: np.ndarray) -> pa.Table:
    """Name the columns of a matrix."""
    return pa.table({f"x{place}": column for place, column in enumerate(values.T)})


def vectors(values: np.ndarray) -> pa.Table:
    """Put each row into one cell."""
    return pa.table({"e": pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1])})


def texts(n: int, random: np.random.Generator, n_words: int = 30) -> list[str]:
    """Write texts of made-up words."""
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(random.choice(letters, random.integers(3, 10))) for _ in range(500)]
    return [" ".join(random.choice(words, n_words)) for _ in range(n)]


def edited(text: str, random: np.random.Generator) -> str:
    """Change one word."""
    words = text.split()
    words[random.integers(len(words))] = "changed"
    return " ".join(words)


def searched(table: pa.Table, kind: ColumnKind = "numeric", **kinds: ColumnKind) -> NearTwins:
    """Search all rows of a table."""
    return near_twins(table, np.arange(table.num_rows), task_of(table, kind, **kinds))


def beyond_chance(found: NearTwins) -> float:
    """Return the surplus of rows with a near twin, in standard errors of such a count of pairs and two rows more."""
    expected = found.chance * found.n_rows
    return (found.n_near - expected - 2) / np.sqrt(2 * max(expected, 1))


@pytest.mark.parametrize("n_columns", [2, 5, 30])
@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
def test_copies_with_tiny_noise_are_found(share: float, n_columns: int) -> None:
    """Noise of a millionth, at any share of copies."""
    random = np.random.default_rng(0)
    rows = random.normal(size=(2_000, n_columns))
    n_copies = round(share * len(rows))
    copies = rows[:n_copies] * (1 + 1e-6 * random.normal(size=(n_copies, n_columns)))
    found = searched(numbers(np.vstack([rows, copies])))
    assert found.n_extra == pytest.approx(n_copies, abs=2)
    assert found.chance < 0.002
    assert set(range(n_copies)) <= set(found.positions.tolist())


def test_rounded_copies_are_found() -> None:
    """Four digits of five columns."""
    rows = np.random.default_rng(0).normal(10, 2, size=(2_000, 5))
    found = searched(numbers(np.vstack([rows, np.round(rows[:100], 3)])))
    assert (found.n_near, found.n_extra) == (200, 100)


def test_each_row_belongs_to_the_group_of_its_copies() -> None:
    """Three shaken copies of a row are one group of four."""
    rows = np.random.default_rng(0).normal(size=(500, 6))
    found = searched(numbers(np.vstack([rows, *(rows[7:8] * (1 + k * 1e-7) for k in (1, 2, 3))])))
    assert found.positions.tolist() == [7, 500, 501, 502]
    assert len(set(found.groups.tolist())) == 1
    assert found.n_extra == 3


CLEAN = {
    "one dimension": lambda random, n: random.normal(size=(n, 1)),
    "two dimensions": lambda random, n: random.normal(size=(n, 2)),
    "ten dimensions": lambda random, n: random.normal(size=(n, 10)),
    "all columns follow one": lambda random, n: np.sin(random.random((n, 1)) * np.arange(1, 6)),
    "heavy tails": lambda random, n: np.exp(3 * random.normal(size=(n, 1))) * np.arange(1, 6),
    "whole numbers": lambda random, n: random.integers(0, 100, (n, 3)).astype(float),
    "two decimals": lambda random, n: np.round(random.normal(size=(n, 3)), 2),
    "flowers": lambda random, n: np.round(random.normal([5, 3, 4, 1], [0.8, 0.4, 1.7, 0.7], (n, 4)), 1),
    "mostly zero": lambda random, n: random.normal(size=(n, 3)) * (random.random((n, 3)) < 0.3),
    "a number and categories": lambda random, n: np.column_stack(
        [random.normal(size=n), random.integers(0, 5, n), random.integers(0, 3, n)]
    ),
}


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("kind", CLEAN)
def test_clean_numbers_have_no_copies(kind: str, n: int) -> None:
    """Whatever their dimension and density, what is near is what chance explains, over twenty draws."""
    surplus = [beyond_chance(searched(numbers(CLEAN[kind](np.random.default_rng(seed), n)))) for seed in SEEDS]
    assert max(surplus) < 4
    assert np.mean(surplus) < 0.5


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
def test_texts_with_one_word_changed_are_found(share: float) -> None:
    """A word of thirty, the case and the spaces may differ."""
    random = np.random.default_rng(0)
    written = texts(1_000, random)
    copies = [edited(text, random).upper().replace(" ", "  ") for text in written[: round(share * 1_000)]]
    found = searched(pa.table({"t": written + copies}), "text")
    assert found.n_extra >= 0.97 * len(copies)
    assert found.chance < 0.01


def test_clean_texts_have_no_copies() -> None:
    """Texts of the same words, long and short ones, over twenty draws."""
    for seed in SEEDS:
        random = np.random.default_rng(seed)
        for n_words in (3, 30):
            assert beyond_chance(searched(pa.table({"t": texts(200, random, n_words)}), "text")) < 2


def test_a_form_letter_is_no_copy() -> None:
    """Texts that all but a number share are not told apart by likeness."""
    form = "the parcel with the number {} was handed over to the neighbour of the addressee at the front door"
    assert searched(pa.table({"t": [form.format(n) for n in range(500)]}), "text").n_near == 0


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
def test_shaken_embeddings_are_found(share: float) -> None:
    """Noise of a thousandth on 32 dimensions."""
    random = np.random.default_rng(0)
    rows = random.normal(1, 1, size=(2_000, 32))
    copies = rows[: round(share * 2_000)]
    found = searched(vectors(np.vstack([rows, copies + 1e-3 * random.normal(size=copies.shape)])), "embedding")
    assert found.n_extra == len(copies)
    assert found.chance < 0.002


@pytest.mark.parametrize("n_dimensions", [3, 16, 64])
def test_clean_embeddings_have_no_copies(n_dimensions: int) -> None:
    """Few dimensions have near neighbours by chance."""
    for seed in SEEDS:
        rows = np.random.default_rng(seed).normal(1, 1, size=(500, n_dimensions))
        assert beyond_chance(searched(vectors(rows), "embedding")) < 4


def test_all_parts_of_a_row_must_be_near() -> None:
    """Equal texts with other numbers, another category or another missing value are other rows."""
    random = np.random.default_rng(0)
    written = texts(300, random)
    table = pa.table({"t": written, "x": random.normal(size=300), "c": random.choice(["u", "v"], 300)})
    kinds: dict[str, ColumnKind] = {"t": "text", "x": "numeric", "c": "categorical"}
    assert (
        searched(
            pa.concat_tables([table, table.set_column(1, "x", table["x"].take(pa.array(range(299, -1, -1))))]), **kinds
        ).n_near
        < 5
    )
    swapped = table.set_column(2, "c", pa.array(["w"] * 300))
    assert searched(pa.concat_tables([table, swapped]), **kinds).n_near == 0
    shaken = table.set_column(1, "x", pa.array(np.asarray(table["x"]) + 1e-6))
    assert searched(pa.concat_tables([table, shaken]), **kinds).n_extra == 300


def test_a_running_number_makes_no_copies() -> None:
    """Rows of a sorted file that differ in their number alone are close, and are not copies."""
    table = pa.table({"n": np.arange(600.0), "x": np.repeat(np.arange(200.0), 3)})
    assert searched(table).n_near == 0


def test_exact_copies_are_not_near_ones() -> None:
    """They are counted elsewhere."""
    rows = numbers(np.random.default_rng(0).normal(size=(300, 3)))
    found = searched(pa.concat_tables([rows, rows]))
    assert (found.n_rows, found.n_near) == (300, 0)


def test_a_new_identifier_does_not_hide_a_copy() -> None:
    """Identifiers are not compared."""
    rows = np.random.default_rng(0).normal(size=(300, 3))
    table = numbers(np.vstack([rows, rows[:30] + 1e-7])).append_column("id", pa.array([f"k{n}" for n in range(330)]))
    assert searched(table, id="id-like").n_extra == 30


@pytest.mark.parametrize(
    "table",
    [
        numbers(np.zeros((0, 2))),
        numbers(np.zeros((1, 2))),
        numbers(np.zeros((50, 2))),
        pa.table({"x0": pa.array([None] * 40, pa.float64())}),
        pa.table({"x0": np.where(np.arange(60) % 2, np.inf, np.nan)}),
        pa.table({"x0": np.append(np.arange(50.0), [np.inf, -np.inf, np.nan])}),
    ],
    ids=["no row", "one row", "constant", "null", "infinite or missing", "some infinite"],
)
def test_degenerate_numbers_are_no_copies(table: pa.Table) -> None:
    """Nothing to compare is nothing found."""
    assert searched(table).n_near == 0


@pytest.mark.parametrize("values", [[None] * 30, ["", " ", None] * 10, ["a"] * 30, []])
def test_degenerate_texts_are_no_copies(values: list[str | None]) -> None:
    """At most the spellings of a blank are alike."""
    assert searched(pa.table({"t": pa.array(values, pa.string())}), "text").n_extra <= 2


def test_test_rows_that_nearly_repeat_training_rows_are_found() -> None:
    """And only those: near twins within the test data are another matter."""
    random = np.random.default_rng(0)
    train, fresh = random.normal(size=(1_000, 4)), random.normal(size=(200, 4))
    test = np.vstack([fresh, fresh[:50] + 1e-7, train[:30] + 1e-7])
    found = near_overlap(numbers(train), numbers(test), np.arange(280), task_of(numbers(train)))
    assert found is not None
    assert (found.n_rows, found.n_near) == (280, 30)
    assert found.positions.tolist() == list(range(250, 280))


@pytest.mark.parametrize("n_columns", [1, 2, 5])
def test_fresh_test_rows_are_no_copies(n_columns: int) -> None:
    """Over twenty draws."""
    for seed in SEEDS:
        random = np.random.default_rng(seed)
        train, test = numbers(random.normal(size=(700, n_columns))), numbers(random.normal(size=(300, n_columns)))
        found = near_overlap(train, test, np.arange(300), task_of(train))
        assert found is not None
        assert beyond_chance(found) < 4


def test_tables_without_a_column_are_not_compared() -> None:
    """The schema is another finding."""
    train = numbers(np.random.default_rng(0).normal(size=(50, 2)))
    assert near_overlap(train, train.select(["x0"]), np.arange(50), task_of(train)) is None


def test_columns_that_cannot_be_read_alike_are_an_error() -> None:
    """Words where training has numbers: nothing was compared; the message names the types, and holds no cell."""
    train = numbers(np.random.default_rng(0).normal(size=(50, 2)))
    words = pa.table({"x0": ["a-cell"] * 5, "x1": train["x1"].slice(0, 5)})
    with pytest.raises(InputError, match=r"types of the training data; got string for 'x0' \(double\)\. ") as refused:
        near_overlap(train, words, np.arange(5), task_of(train))
    assert "a-cell" not in str(refused.value)


def test_columns_that_can_be_cast_are_compared() -> None:
    """A copy is a copy where flags are written as numbers."""
    random = np.random.default_rng(0)
    rows = numbers(random.normal(size=(400, 3))).append_column("flag", pa.array(random.random(400) < 0.5))
    train, test = rows.slice(0, 300), rows.slice(250)
    written = test.set_column(3, "flag", test["flag"].cast(pa.int64()))
    written = written.set_column(0, "x0", pa.array(np.asarray(test["x0"]) + 1e-9))
    found = near_overlap(train, written, np.arange(150), task_of(train))
    assert found is not None
    assert found.positions.tolist() == list(range(50))


def test_jaccard_similarity_is_that_of_the_sets() -> None:
    """Of shingles of five bytes, case and spaces aside."""
    written = Texts(pa.chunked_array([["abcdefgh", "ABCDEFGX", "abc", "ABC ", "zzzzzzzzzz"]]))
    first, second = np.array([0, 2, 0]), np.array([1, 3, 4])
    assert (1 - 0.2 * written.distance(first, second)).tolist() == pytest.approx([3 / 5, 1, 0])


def test_copies_of_noise_inflate_the_score() -> None:
    """Labels that follow from nothing are known from their copies alone."""
    random = np.random.default_rng(0)
    rows = numbers(random.normal(size=(300, 4))).append_column("y", pa.array(random.choice(["p", "q"], 300)))
    table = pa.concat_tables([rows, rows.set_column(0, "x0", pa.array(np.asarray(rows["x0"]) + 1e-9))])
    kinds: dict[str, ColumnKind] = {**dict.fromkeys(["x0", "x1", "x2", "x3"], "numeric"), "y": "categorical"}
    task = Task(target="y", kind="classification", features=("x0", "x1", "x2", "x3"), kinds=kinds)
    near = near_twins(table, np.arange(600), task)
    gap = inflation(table, np.arange(600), task, near)
    assert near.n_extra == 300
    assert gap.low > 0
    assert gap.apart < 0.3 < gap.random


def test_price_of_copies_is_that_of_the_whole_table() -> None:
    """A table of ten times as many rows as the sample has ten times as many copies of each row, and pays for them."""
    random = np.random.default_rng(0)
    rows = numbers(random.normal(size=(1000, 4))).append_column("y", pa.array(random.choice(["p", "q"], 1000)))
    table = pa.concat_tables([rows, rows.slice(0, 40)])
    kinds: dict[str, ColumnKind] = {**dict.fromkeys(["x0", "x1", "x2", "x3"], "numeric"), "y": "categorical"}
    task = Task(target="y", kind="classification", features=("x0", "x1", "x2", "x3"), kinds=kinds)
    alone = inflation(table, np.arange(1040), task, None)
    of_many = inflation(table, np.arange(1040), task, None, n_rows=10_400)
    assert 0 < alone.low < alone.gap < 0.1
    assert of_many.low == pytest.approx(10 * alone.low)
    assert of_many.apart == alone.apart
    assert inflation(rows, np.arange(1000), task, None).gap == 0
