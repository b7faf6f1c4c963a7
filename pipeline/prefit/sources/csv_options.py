"""What a user may say about a CSV file, for the cases in which looking at it is not enough."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from prefit.errors import UsageError, did_you_mean

__all__ = ["WHITESPACE", "CsvOptions"]

WHITESPACE = "whitespace"
"""Delimiter of files whose fields are parted by runs of blanks and tabs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOptions:
    """How to read CSV files; what is None is found by looking at the file.

    Attributes
    ----------
    delimiter : str or None
        One character, or ``"whitespace"`` for runs of blanks and tabs.
    encoding : str or None
        Name of a Python codec. With ``"utf-8"``, lines that are not UTF-8 are malformed; otherwise a file that is not
        UTF-8 is read as Windows-1252.
    header : bool or None
        Whether the first line holds the column names; without one, columns are called ``column0``, ``column1``, ...
    quote : str or None
        One character; ``""`` when quote characters have no meaning.
    null_values : tuple of str
        Unquoted texts that mean "no value", beside the empty field.

    Raises
    ------
    UsageError
        If a field makes no sense.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header: bool | None = None
    quote: str | None = None
    null_values: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Read the options from a mapping, such as a section of a configuration file."""
        names = [field.name for field in fields(cls)]
        for name in given:
            if name not in names:
                raise UsageError(f"csv: key {name!r} does not exist; keys: {did_you_mean(name, names)}")
        null_values = given.get("null_values", ())  # a configuration file has lists only
        return cls(**{**given, "null_values": tuple(null_values) if isinstance(null_values, list) else null_values})

    def __post_init__(self) -> None:
        for name, value in (("delimiter", self.delimiter), ("encoding", self.encoding), ("quote", self.quote)):
            if value is not None and not isinstance(value, str):
                raise UsageError(f"{name} must be text; got {value!r}. Write it in quotes.")
        if self.header is not None and not isinstance(self.header, bool):
            raise UsageError(f"header must be true or false; got {self.header!r}. Leave it out to have it found.")
        if not isinstance(self.null_values, tuple) or not all(isinstance(text, str) for text in self.null_values):
            raise UsageError(f"null_values must be a list of texts; got {self.null_values!r}. Write for example ['?'].")
        if self.delimiter is not None and self.delimiter != WHITESPACE and len(self.delimiter) != 1:
            raise UsageError(
                f"delimiter must be one character or {WHITESPACE!r}; got {self.delimiter!r}. Write a tab as '\\t'."
            )
        if self.quote is not None and len(self.quote) > 1:
            raise UsageError(
                f"quote must be one character, or empty for none; got {self.quote!r}. Leave it out to have it found."
            )
        if self.encoding is not None:
            try:
                codecs.lookup(self.encoding)
            except LookupError:
                raise UsageError(
                    f"encoding must be the name of a Python codec; got {self.encoding!r}. "
                    "Common ones: utf-8, cp1252, latin-1, utf-16."
                ) from None
