"""comparison.html: two reports side by side, as one self-contained page without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefit.formats.html import environment

__all__ = ["FILE_NAME", "render"]

FILE_NAME = "comparison.html"


def render(comparison: Mapping[str, Any]) -> str:
    """Return a comparison as an HTML page that needs nothing else; every text of either report is escaped."""
    return environment().get_template("comparison.html").render(both=comparison)
