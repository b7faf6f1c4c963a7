"""Regular expressions (RE2) and spellings by which texts are recognized; run on distinct values only."""

from __future__ import annotations

__all__ = ["BOOLEANS", "COMPACT_DATE", "DAMAGE", "DATE", "DATE_STARTS", "MISSING_SPELLINGS", "NUMBER", "NUMBER_STARTS"]

_CURRENCY = r"[$€£¥₹]"
NUMBER = (
    rf"^\s*[+-]?\s?{_CURRENCY}?\s?"
    r"(?:(?:0|[1-9]\d*)(?:[.,]\d*)?|[.,]\d+|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?|[1-9]\d{0,2}(?:[. ]\d{3})+(?:,\d*)?)"
    rf"(?:[eE][+-]?\d+)?\s?(?:%|{_CURRENCY})?\s*$"
)
"""A number as people write it: sign, currency, thousands, decimal point or comma, exponent, per cent.

A leading zero before other digits marks a code (``02134``), which is no number."""

NUMBER_STARTS = bytes({*b"+-$.,0123456789", *(sign.encode()[0] for sign in "€£¥₹")})
"""First bytes of trimmed texts that may be numbers: all others need not be searched."""

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:1[5-9]|20|21)\d\d"
_NAMED = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?i:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?\.?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?(?i:am|pm))?(?:\s?(?:Z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?))?"
_DATES = (
    rf"{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}",
    rf"{_DAY}[-/.]{_MONTH}[-/.]{_YEAR}",
    rf"{_MONTH}[-/.]{_DAY}[-/.]{_YEAR}",
    rf"(?:{_DAY}[-/]{_MONTH}|{_MONTH}[-/]{_DAY})[-/]\d\d",
    rf"{_YEAR}[-/]{_MONTH}",
    rf"{_DAY}(?:st|nd|rd|th)?[- ]{_NAMED}[-, ]+(?:{_YEAR}|\d\d)",
    rf"{_NAMED}[- ]{_DAY}(?:st|nd|rd|th)?[, -]+{_YEAR}",
    rf"{_NAMED}[- ]{_YEAR}",
)
DATE = rf"^\s*(?:(?:{'|'.join(_DATES)})(?:[T ,]\s?{_CLOCK})?|{_CLOCK})\s*$"
"""A calendar date in the usual orders, with or without a time, or a time of day."""

DATE_STARTS = bytes({*b"0123456789jfmasondJFMASOND", "\u017f".encode()[0]})
"""First bytes of trimmed texts that may be dates; the long s is one when case does not matter."""

COMPACT_DATE = r"^\s*(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s*$"
"""A date in eight digits: year, month, day; one such text alone may as well be a number."""

BOOLEANS = frozenset({"true", "false", "yes", "no", "t", "f", "y", "n", "on", "off"})

DAMAGE = (
    "\ufffd"
    "|[\u00c2\u00c3][\u0080-\u00bf]"
    "|\u00c3[\u0192\u201a\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c\u201d"
    "\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
    "|\u00e2\u20ac|\u00e2\u201a\u00ac|\u00ef\u00bb\u00bf"
    r"|[\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{9F}]"
)
"""A replacement character, UTF-8 that was read as Latin-1 or Windows-1252 (mojibake), or a control character."""

MISSING_SPELLINGS = frozenset(
    {
        "#", "#n/a", "#na", "#null!", "#ref!", "#value!", "(blank)", "(empty)", "(missing)", "(na)", "(none)",
        "(null)", "(unknown)", "*", "-", "--", "---", "-999", "-999.0", "-9999", "-9999.0", "-nan", ".", "..",
        "...", "<missing>", "<na>", "<null>", "<unk>", "<unknown>", "?", "??", "???", "[null]", "\\n", "_",
        "blank", "desconocido", "empty", "inconnu", "k.a.", "keine angabe", "missing", "n.a", "n.a.", "n/a",
        "n/a.", "na", "nan", "nat", "nil", "no answer", "no data", "no response", "nodata", "none",
        "not applicable", "not available", "not known", "not provided", "not recorded", "not reported",
        "not specified", "not stated", "null", "refused", "tbd", "to be determined", "unbekannt", "undef",
        "undefined", "unk", "unknown", "unspecified",
    }
)  # fmt: skip
"""Casefolded spellings of a missing value."""
