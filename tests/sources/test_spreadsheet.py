"""Workbooks of Excel, as openpyxl writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from prefit import stages
from prefit.errors import InputError, InputNotFound, UnreadableInput, UsageError
from prefit.sources import open_source

SALES = [["shop", "price", "day"], ["north", 1.5, date(2024, 2, 29)], ["south", 2, date(2024, 3, 1)]]


def workbook(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """Write a workbook with some sheets and return its path."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def test_sheet_with_rows_is_the_table(tmp_path: Path) -> None:
    """Empty sheets beside it are no choice; the first row has the names."""
    source = open_source(workbook(tmp_path / "sales.xlsx", Data=SALES, Empty=[]))
    assert (source.name, source.n_rows) == ("sales", 2)
    assert source.to_table().to_pylist() == [dict(zip(SALES[0], row, strict=True)) for row in SALES[1:]]


def test_one_of_several_sheets_must_be_named(tmp_path: Path) -> None:
    """Nothing is guessed where two sheets hold rows."""
    path = workbook(tmp_path / "sales.xlsx", Data=SALES, More=[["a"], [1]])
    with pytest.raises(InputError, match=r"got Data, More. Name one: sales.xlsx\?sheet=Data"):
        open_source(path)
    assert open_source(f"{path}?sheet=More").to_table().to_pylist() == [{"a": 1}]


def test_sheet_of_a_chart_is_no_choice(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It holds no cells, and nothing is logged of it."""
    path = workbook(tmp_path / "sales.xlsx", Data=SALES)
    book = openpyxl.load_workbook(path)
    book.create_chartsheet("Chart", 0)
    book.save(path)
    assert open_source(path).n_rows == 2
    assert not caplog.records


@pytest.mark.parametrize("above", [[], [[], []]])
def test_two_columns_of_one_name_are_refused(above: list[list[Any]], tmp_path: Path) -> None:
    """As in files of any other kind; empty rows may stand above the names."""
    path = workbook(tmp_path / "sales.xlsx", Data=[*above, ["p", 7, "p"], [1, 2, 3]])
    with pytest.raises(InputError, match=r"columns of sales.xlsx must have different names; got 'p' \(2 times\)"):
        open_source(path)


def test_misspelt_sheet_names_those_that_are_there(tmp_path: Path) -> None:
    """A sheet that is not there is answered with the near one."""
    path = workbook(tmp_path / "sales.xlsx", Data=SALES)
    with pytest.raises(InputNotFound, match=r"Sheets: Data. Did you mean 'Data'\?"):
        open_source(f"{path}?sheet=Date")


COLUMNS = {
    "whole": ([1.0, 2, None], pa.int64()),
    "fraction": ([1.0, 2.5, None], pa.float64()),
    "text": (["a", None, "b"], pa.string()),
    "mixed": ([1, "seven", None], pa.string()),
    "flag": ([True, False, None], pa.bool_()),
    "day": ([datetime(2024, 2, 29), None, datetime(2024, 3, 1)], pa.date32()),
    "moment": ([datetime(2024, 2, 29, 10), None, datetime(2024, 3, 1)], pa.timestamp("ms")),
}
"""What stands in a column, and the type that comes of it."""


@pytest.mark.parametrize("name", COLUMNS)
def test_column_has_the_type_of_all_its_values(name: str, tmp_path: Path) -> None:
    """A workbook has one kind of number and one kind of moment; whole numbers and days are told apart."""
    values, kind = COLUMNS[name]
    rows = [[name, "other"], *([value, 1] for value in values)]
    found = open_source(workbook(tmp_path / "a.xlsx", Data=rows)).schema.field(name).type
    assert found == kind


def test_type_holds_beyond_the_first_thousand_rows(tmp_path: Path) -> None:
    """A text far below numbers is seen, and no value is lost."""
    rows = [["v"], *([number] for number in range(1500)), ["late"]]
    values = open_source(workbook(tmp_path / "a.xlsx", Data=rows)).to_table()["v"].to_pylist()
    assert (values[0], values[-1], len(values)) == ("0", "late", 1501)


def test_workbooks_of_a_folder_are_one_table(tmp_path: Path) -> None:
    """Months in files of their own are put together, whole numbers with fractions."""
    workbook(tmp_path / "january.xlsx", Data=[["v"], [1]])
    workbook(tmp_path / "february.xlsx", Data=[["v"], [2.5]])
    assert open_source(tmp_path).to_table()["v"].to_pylist() == [2.5, 1.0]


def test_workbook_is_checked_like_any_table(tmp_path: Path) -> None:
    """The profile has all rows, and standard error stays empty for columns without a value."""
    rows = [["v", "none", "y"], *([number, None, "ab"[number % 2]] for number in range(50))]
    profile = stages.profile(workbook(tmp_path / "a.xlsx", Data=rows), target="y")
    assert profile.n_rows == 50
    assert profile.columns["none"].n_missing == 50


def test_columns_without_a_name_are_refused(tmp_path: Path) -> None:
    """A title above the table would make a table of nonsense."""
    path = workbook(tmp_path / "a.xlsx", Data=[["Sales of 2024", None], ["shop", "price"], ["north", 2]])
    with pytest.raises(InputError, match="got none for column 2"):
        open_source(path)


def test_empty_workbook_is_refused(tmp_path: Path) -> None:
    """Names without rows are no data."""
    with pytest.raises(InputError, match="got 1 empty sheets"):
        open_source(workbook(tmp_path / "a.xlsx", Data=[["a", "b"]]))


def test_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """The extension does not make it one."""
    (tmp_path / "a.xlsx").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableInput, match=r"a.xlsx must be a workbook that can be read"):
        open_source(tmp_path / "a.xlsx")


def test_missing_library_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lacks fastexcel is told what to install."""
    monkeypatch.setattr("prefit.sources.extras.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'prefit\[excel\]'"):
        open_source(workbook(tmp_path / "a.xlsx", Data=SALES))
