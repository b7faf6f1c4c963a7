"""The page inside a notebook: in a frame of its own, so that neither styles the other."""

from __future__ import annotations

import html as escaping

from prefit.formats import html
from prefit.report import Report

__all__ = ["embed", "framed"]

HEIGHT = 720


def embed(report: Report) -> str:
    """Return the page of a report as the output of a cell."""
    return framed(html.render(report), "prefit report")


def framed(page: str, title: str) -> str:
    """Return a page of prefit as a frame that a notebook shows in the output of a cell.

    The frame may run the script of the page and nothing else: it has no access to the notebook.
    """
    here = '<head>\n<base href="about:srcdoc">'  # else its links to its own parts would lead to the notebook's page
    page = escaping.escape(page.replace("<head>", here, 1), quote=True)
    style = f"width:100%;height:{HEIGHT}px;border:1px solid #8884;border-radius:8px"
    return f'<iframe title="{title}" sandbox="allow-scripts" style="{style}" srcdoc="{page}"></iframe>'
