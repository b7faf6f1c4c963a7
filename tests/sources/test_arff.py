"""ARFF files, dense and sparse."""

from __future__ import annotations

import bz2
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from prefit import stages
from prefit.errors import UnreadableInput, UsageError
from prefit.sources import arff, open_source

from .reading import read, written

HEADER = """% a comment
@RELATION 'iris flowers'
@ATTRIBUTE\tlength\tNUMERIC
@attribute 'leaf colour' {green, 'dark green', red}
@attribute stalks integer
@attribute seen DATE "yyyy-MM-dd"
@attribute note string
@DATA
"""


def rows_of(path: Path) -> list[Any]:
    """Return the values of all rows."""
    rows, _ = read(open_source(path))
    return [list(row.values()) for row in rows]


def test_dense_rows_have_the_types_of_their_attributes(tmp_path: Path) -> None:
    """Nominal values and strings are texts; quotes, comments and blank lines are understood."""
    body = """5.1, green, 3, 2024-02-29, 'it''s'\n\n% more\n?,'dark green',?,?,"a, b"\n1e3,red,2,'2024-03-01',?\n"""
    path = written(tmp_path / "iris.arff", HEADER + body.replace("''", "\\'"))
    source = open_source(path)
    assert source.schema.names == ["length", "leaf colour", "stalks", "seen", "note"]
    assert source.schema.types == [pa.float64(), pa.string(), pa.float64(), pa.date32(), pa.string()]
    assert rows_of(path) == [
        [5.1, "green", 3, date(2024, 2, 29), "it's"],
        [None, "dark green", None, None, "a, b"],
        [1000, "red", 2, date(2024, 3, 1), None],
    ]


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        ("", "2024-02-29T13:05:09", datetime(2024, 2, 29, 13, 5, 9)),
        ('"yyyy-MM-dd HH:mm:ss.SSS"', "2024-02-29 13:05:09.250", datetime(2024, 2, 29, 13, 5, 9, 250_000)),
        ("'dd/MM/yyyy'", "29/02/2024", date(2024, 2, 29)),
        ("yyyyMMdd", "20240229", date(2024, 2, 29)),
        ('"dd-MMM-yy"', "29-Feb-24", "29-Feb-24"),
        ('"HH:mm"', "13:05", "13:05"),
    ],
)
def test_dates_are_read_as_they_are_declared(tmp_path: Path, pattern: str, text: str, value: Any) -> None:
    """Those of patterns with names or without a year stay texts."""
    header = f"@relation r\n@attribute a date {pattern}\n@attribute b numeric\n@data\n"
    assert rows_of(written(tmp_path / "r.arff", f"{header}'{text}',1\n?,2\n")) == [[value, 1], [None, 2]]


def test_a_date_that_is_none_is_named_by_its_line(tmp_path: Path) -> None:
    """A day that no month has is not moved into the next."""
    header = "@relation r\n@attribute a date yyyy-MM-dd\n@data\n2024-02-29\n"
    source = open_source(written(tmp_path / "r.arff", header + "\n2024-02-30\n"))
    with pytest.raises(UnreadableInput, match="a date that is not written as its attribute declares in line 6"):
        read(source)


def test_a_date_that_a_sparse_row_leaves_out_is_zero(tmp_path: Path) -> None:
    """As numbers are."""
    header = "@relation r\n@attribute a date yyyy-MM-dd\n@attribute b numeric\n@data\n"
    found = rows_of(written(tmp_path / "r.arff", header + "{1 5}\n{0 2024-02-29}\n"))
    assert found == [[date(1970, 1, 1), 5], [date(2024, 2, 29), 0]]


def test_sparse_rows_have_zeros_where_nothing_stands(tmp_path: Path) -> None:
    """What is left out is 0, or the first of the nominal values, as the format has it."""
    header = "@relation r\n@attribute a numeric\n@attribute b {no, yes}\n@attribute c numeric\n@data\n"
    path = written(tmp_path / "r.arff", header + "{0 1.5, 1 yes}\n{2 ?}\n{}\n")
    assert rows_of(path) == [[1.5, "yes", 0], [0, "no", None], [0, "no", 0]]


def test_rows_come_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is in memory than some rows, whatever the size of the file."""
    monkeypatch.setattr(arff, "_CELLS_AT_ONCE", 20)
    header = "@relation r\n@attribute a numeric\n@attribute y {p,q}\n@data\n"
    path = written(tmp_path / "r.arff", header + "".join(f"{n},{'pq'[n % 2]}\n" for n in range(95)))
    source = open_source(path)
    batches = [batch.num_rows for part in source.partitions() for batch in part.batches(print)]
    assert (batches, source.n_rows) == ([10] * 9 + [5], 95)
    assert stages.profile(path, target="y").n_rows == 95


def test_packed_files_of_a_folder_are_one_table(tmp_path: Path) -> None:
    """Compressed ones are read like others."""
    text = b"@relation r\n@attribute a numeric\n@data\n1\n"
    written(tmp_path / "one.arff.bz2", bz2.compress(text))
    written(tmp_path / "two.arff", text.replace(b"\n1\n", b"\r\n2\r\n"))
    assert rows_of(tmp_path) == [[1.0], [2.0]]


def test_text_that_is_not_utf_8_is_kept(tmp_path: Path) -> None:
    """It is counted as damaged, and ends nothing."""
    path = written(tmp_path / "r.arff", b"\xef\xbb\xbf@relation r\n@attribute a string\n@data\nn\xe4h\nb\n")
    assert stages.profile(path).columns["a"].text.damaged_fraction > 0


def test_nominal_value_that_is_not_utf_8_is_one_of_those_declared(tmp_path: Path) -> None:
    """The declaration and the rows are understood alike; names of columns are mended."""
    path = written(tmp_path / "r.arff", b"@relation r\n@attribute \xe9 {\xe9,y}\n@data\n\xe9\ny\n")
    source = open_source(path)
    [batch] = source.partitions()[0].batches(print)
    assert source.schema.names == ["\ufffd"]
    assert batch.column(0).view(pa.binary()).to_pylist() == [b"\xe9", b"y"]


@pytest.mark.parametrize("line", ["@data % from here on", "  @Data\r", "@DATA\t"])
def test_rows_are_counted_from_where_they_begin(line: str, tmp_path: Path) -> None:
    """A comment may follow, and a second file goes on where the first ends; a row may look like that line."""
    for name in "ab":
        written(tmp_path / f"{name}.arff", f"@relation r\n@attribute a string\n{line}\nx\n@data\n% no\nz\n")
    source = open_source(tmp_path)
    assert (source.n_rows, [part.first_row for part in source.partitions()]) == (6, [0, 3])
    assert rows_of(tmp_path) == [["x"], ["@data"], ["z"]] * 2


BROKEN = {
    "1,x\n2,secret\n": "a value that its attribute does not declare in line 6",
    "1,x\n2\n": "a row with more or fewer values than there are attributes in line 6",
    "1,x\n\nsecret,y\n": "a value of a numeric attribute that is no number in line 7",
    "{0 1, 7 x}\n": "a row with more or fewer values than there are attributes in line 5",
}


@pytest.mark.parametrize("body", BROKEN)
def test_broken_row_is_named_by_its_line(body: str, tmp_path: Path) -> None:
    """What stands in the line is not told."""
    path = written(tmp_path / "r.arff", f"@relation r\n@attribute a numeric\n@attribute b {{x,y}}\n@data\n{body}")
    with pytest.raises(UnreadableInput, match=BROKEN[body]) as caught:
        read(open_source(path))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("hello\n", "parts that are missing or out of order in line 1"),
        ("@relation r\n@attribute a relational\n@data\n", "an attribute of a type other than .* in line 2"),
        ("@relation r\n@attribute a\n@data\n", "an attribute without a name or a type in line 2"),
        ("@relation r\n@attribute a real\n@attribute a real\n@data\n", "a name that another one has in line 3"),
    ],
)
def test_broken_header_is_named_by_its_line(header: str, reason: str, tmp_path: Path) -> None:
    """The file is refused before anything of it is read."""
    with pytest.raises(UnreadableInput, match=reason):
        open_source(written(tmp_path / "r.arff", header))


def test_missing_library_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lacks liac-arff is told what to install."""
    monkeypatch.setattr("prefit.sources.extras.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'prefit\[arff\]'"):
        open_source(written(tmp_path / "r.arff", HEADER))
