"""CSV files: dialect, types, header, several files."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path

import pyarrow as pa
import pytest

from prefit.errors import InputError, UnreadableInput, UsageError
from prefit.sources import CsvOptions, open_source

from .reading import read, written

pytestmark = pytest.mark.usefixtures("either_reader")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_dialect_is_found(tmp_path: Path, delimiter: str, line_end: str) -> None:
    """Delimiters and line ends of all usual kinds."""
    lines = [["id", "text"], ["1", "x"], ["2", "y z"]]
    path = written(tmp_path / "t.csv", "".join(delimiter.join(line) + line_end for line in lines))
    assert read(open_source(path)) == ([{"id": 1, "text": "x"}, {"id": 2, "text": "y z"}], [])


@pytest.mark.parametrize(
    ("texts", "kind", "first"),
    [
        (["1", "", "-3"], pa.int64(), 1),
        (["1", "2.5"], pa.float64(), 1.0),
        (["1e3", "2"], pa.float64(), 1000.0),
        (["true", "FALSE"], pa.bool_(), True),
        (["2020-01-31", "2021-02-28"], pa.date32(), dt.date(2020, 1, 31)),
        (["2020-01-31 10:30", "2020-01-31"], pa.timestamp("us"), dt.datetime(2020, 1, 31, 10, 30)),
        (["Yes", "No"], pa.string(), "Yes"),
        (["1", "?"], pa.string(), "1"),
        (["1", "NA"], pa.string(), "1"),
        (["12", " "], pa.string(), "12"),
        (["1_000", "2"], pa.string(), "1_000"),
        (["0x1f", "2"], pa.string(), "0x1f"),
        (["12345678901234567890", "1"], pa.string(), "12345678901234567890"),
        (["2020-13-01", "2020-01-01"], pa.string(), "2020-13-01"),
        (["01/02/2020", "02/02/2020"], pa.string(), "01/02/2020"),
        (["", ""], pa.string(), None),
    ],
)
def test_type_fits_every_value(tmp_path: Path, texts: list[str], kind: pa.DataType, first: object) -> None:
    """A type is taken when all values are of it, and nothing is rounded or guessed."""
    source = open_source(
        written(tmp_path / "t.csv", "id,x\n" + "".join(f"{i},{text}\n" for i, text in enumerate(texts)))
    )
    assert source.schema.field("x").type == kind
    rows, malformed = read(source)
    assert (len(rows), rows[0]["x"], malformed) == (len(texts), first, [])


@pytest.mark.parametrize("late", ["x", "2.5", "99999999999999999999"])
def test_late_value_changes_the_type_and_loses_no_row(tmp_path: Path, late: str) -> None:
    """The type holds for the last of many rows too."""
    path = written(tmp_path / "t.csv", "n\n" + "".join(f"{i}\n" for i in range(30_000)) + f"{late}\n")
    source = open_source(path)
    assert source.schema.field("n").type == (pa.float64() if late == "2.5" else pa.string())
    rows, malformed = read(source)
    assert (len(rows), str(rows[-1]["n"]), malformed) == (30_001, late, [])


def test_late_first_value_gives_the_type(tmp_path: Path) -> None:
    """A column that is empty for thousands of rows has the type of what comes then."""
    path = written(tmp_path / "t.csv", "i,n\n" + "".join(f"{i},\n" for i in range(12_000)) + "1,7\n")
    assert open_source(path).schema.field("n").type == pa.int64()


def test_only_the_empty_unquoted_field_is_null(tmp_path: Path) -> None:
    """An empty quoted field is an empty text, and no value of a number."""
    path = written(tmp_path / "t.csv", 'text,number\n"","1"\n,""\nx,3\n')
    assert read(open_source(path))[0] == [
        {"text": "", "number": 1}, {"text": None, "number": None}, {"text": "x", "number": 3},
    ]  # fmt: skip


def test_header_only_is_a_table_without_rows(tmp_path: Path) -> None:
    """Zero rows with a schema."""
    source = open_source(written(tmp_path / "t.csv", "a,b\n"))
    assert (source.n_rows, source.schema.names, source.to_table().num_rows) == (0, ["a", "b"], 0)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing but white space is no table."""
    with pytest.raises(InputError, match="got an empty file"):
        open_source(written(tmp_path / "t.csv", content))


def test_missing_header_is_seen(tmp_path: Path) -> None:
    """Numbers in the first line are no names."""
    assert read(open_source(written(tmp_path / "t.csv", "1,2\n3,4\n")))[0] == [
        {"column0": 1, "column1": 2}, {"column0": 3, "column1": 4},
    ]  # fmt: skip


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    """DuckDB would call the second one a_1 without a word."""
    with pytest.raises(InputError, match=r"'a' \(2 times\)"):
        open_source(written(tmp_path / "t.csv", "a,b,a\n1,2,3\n"))


def test_any_text_is_a_column_name(tmp_path: Path) -> None:
    """Spaces, quotes, line breaks, emoji, HTML, upper and lower case, and the index without a name of pandas."""
    header = ',"a b","q""x","n\nl",😀,<b>hi</b>,A,a'
    source = open_source(written(tmp_path / "t.csv", header + "\n0,1,2,3,4,5,6,7\n"))
    assert source.schema.names == ["column0", "a b", 'q"x', "n\nl", "😀", "<b>hi</b>", "A", "a"]
    assert list(read(source)[0][0].values()) == list(range(8))


def test_comments_at_the_top_are_no_rows(tmp_path: Path) -> None:
    """Lines of comment before the header are passed over; the mark is data further down."""
    path = written(tmp_path / "t.csv", "# made by a tool\n# today\na,b\n1,x\n2,y\n3,#z\n")
    assert read(open_source(path)) == ([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}, {"a": 3, "b": "#z"}], [])


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\n# today\n\n"])
def test_blank_lines_after_comments_are_no_rows(tmp_path: Path, gap: str) -> None:
    """The header stands below them, and is not the first row as well."""
    path = written(tmp_path / "t.csv", f"# made by a tool\n{gap}a,b\n" + "1,x\n2,y\n" * 50)
    assert read(open_source(path))[0][:2] == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


def test_fields_parted_by_blanks_are_read(tmp_path: Path) -> None:
    """Columns of numbers parted by runs of blanks, without a header."""
    rows, malformed = read(open_source(written(tmp_path / "t.data", "  2 1  38.5 ?\n1   1 39.2 7\n2 9 40 3\n")))
    assert rows[0] == {"column0": 2, "column1": 1, "column2": 38.5, "column3": "?"}
    assert (len(rows), malformed) == (3, [])


def test_prose_is_refused(tmp_path: Path) -> None:
    """Lines of all widths below a first one of another width are no table."""
    with pytest.raises(UnreadableInput, match="rows as wide as its header"):
        open_source(written(tmp_path / "t.txt", "Dear all, hello\nThis, that, and, more.\n\nBye, now, then.\n"))


def test_options_outrank_what_is_found(tmp_path: Path) -> None:
    """Delimiter, header, quote and null texts as the user says."""
    path = written(tmp_path / "t.csv", "x;1,5\n'y;2\nNA;?\n")
    options = CsvOptions(delimiter=";", header=True, quote="", null_values=("NA", "?"))
    assert read(open_source(path, options=options))[0] == [{"x": "'y", "1,5": 2}, {"x": None, "1,5": None}]


@pytest.mark.parametrize("wrong", [{"delimiter": ",,"}, {"quote": "ab"}, {"encoding": "utf-99"}])
def test_senseless_options_are_refused(wrong: dict[str, str]) -> None:
    """An option says what it may be."""
    with pytest.raises(UsageError, match=next(iter(wrong))):
        CsvOptions(**wrong)  # type: ignore[arg-type]


def test_several_files_are_one_table(tmp_path: Path) -> None:
    """Types hold for all files, positions run on, and malformed lines name their file."""
    written(tmp_path / "1.csv", "a,b\n1,x\n2\n")
    written(tmp_path / "2.csv", "a,b\nz,y\n")
    rows, malformed = read(open_source(tmp_path))
    assert rows == [{"a": "1", "b": "x"}, {"a": "z", "b": "y"}]
    assert [(row.file, row.line) for row in malformed] == [("1.csv", 3)]


@pytest.mark.parametrize(("header", "named"), [("a,c", "no column 'b'"), ("b,a", "another order"), ("a,b,c", "'c'")])
def test_files_with_other_headers_are_refused(tmp_path: Path, header: str, named: str) -> None:
    """A file with other columns is named."""
    written(tmp_path / "1.csv", "a,b\n1,2\n")
    written(tmp_path / "2.csv", f"{header}\n{','.join('9' * (header.count(',') + 1))}\n")
    with pytest.raises(InputError, match=f"{named}.* in 2.csv"):
        open_source(tmp_path)


def test_partition_can_be_pickled(tmp_path: Path) -> None:
    """Another process reads the same rows."""
    source = open_source(written(tmp_path / "t.csv", "a\n1\n2\n"))
    assert read(pickle.loads(pickle.dumps(source))) == read(source)


def test_change_between_the_passes_is_seen(tmp_path: Path) -> None:
    """A file that grew since it was opened is not judged by halves."""
    path = written(tmp_path / "t.csv", "a\n1\n2\n")
    source = open_source(path)
    written(path, "a\n1\n2\n3\n")
    with pytest.raises(UnreadableInput, match=r"t\.csv must not change while it is read"):
        read(source)


def test_value_of_another_type_after_opening_names_the_file(tmp_path: Path) -> None:
    """What cannot be decoded any more is told as what it is: a change."""
    path = written(tmp_path / "t.csv", "a\n1\n2\n")
    source = open_source(path)
    written(path, "a\n1\nx\n")
    with pytest.raises(UnreadableInput, match=r"^t\.csv must not change while it is read"):
        read(source)


def test_long_texts_and_many_columns_are_read(tmp_path: Path) -> None:
    """A field of a megabyte, and a thousand columns."""
    long = "y" * 1_000_000
    assert read(open_source(written(tmp_path / "long.csv", f'a,b\n1,"{long}"\n')))[0] == [{"a": 1, "b": long}]
    names = [f"c{i}" for i in range(1000)]
    wide = open_source(written(tmp_path / "wide.csv", ",".join(names) + "\n" + ",".join("1" * 1000) + "\n"))
    assert (len(wide.schema), read(wide)[0][0]["c999"]) == (1000, 1)
