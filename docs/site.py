"""What of the site is made and not written: its navigation, the page of results, the list of the reference.

mkdocs loads this file as a hook (`mkdocs.yml`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

import prefit
from prefit.checks import ALL

DOCS = Path(__file__).parent
RESULTS = "../benchmarks/RESULTS.md"

GUIDES: dict[str, tuple[str, ...]] = {
    "Start": ("index.md", "report.md", "comparison.md", "accuracy.md", "results.md"),
    "Data": ("sources.md", "large_data.md", "postgresql.md", "expectations.md", "suggest.md"),
    "Gate": ("ci.md", "airflow.md", "pipelines.md", "mlflow.md", "openlineage.md", "baselines.md", "history.md"),
    "Models": ("own_model.md", "remedies.md", "training.md", "labels.md"),
    "Reference": ("reference.md", "writing_checks.md"),
}
"""The pages of each part, in order."""

ELSEWHERE = re.compile(r"<(?:script|link|img|iframe|source)[^>]+(?:src|href)=[\"']?(?:https?:)?//[^\"'>]+")

MADE = frozenset({"results.md"})
"""Pages that are made from files elsewhere."""


def on_config(config: Any) -> Any:
    """Make the navigation of the pages that are there."""
    there = {str(path.relative_to(DOCS)) for path in DOCS.glob("*.md")} | MADE
    listed = [page for pages in GUIDES.values() for page in pages]
    if unlisted := sorted(there.difference(listed)):
        raise PluginError(f"pages must stand in GUIDES of docs/site.py; got {', '.join(unlisted)}. Add them.")
    navigation: list[dict[str, list[str]]] = [
        {part: [page for page in pages if page in there]} for part, pages in GUIDES.items()
    ]
    stages: dict[str, list[str]] = {}
    for check in ALL:
        stages.setdefault(check.stage.capitalize(), []).append(f"checks/{check.id}.md")
    checks = ["checks/index.md", *({stage: pages} for stage, pages in stages.items())]
    config.nav = [*navigation[:-1], {"Checks": checks}, navigation[-1]]
    return config


def on_files(files: Any, *, config: Any) -> Any:
    """Add the page of results, which lies beside what measures them."""
    files.append(File.generated(config, "results.md", content=(DOCS / RESULTS).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Lead links to the results to their page, and list in the reference what `prefit` offers."""
    if page.file.src_uri == "reference.md":
        names = (name for name in prefit.__all__ if not name.startswith("_"))
        markdown += "\n\n" + "\n\n".join(f"::: prefit.{name}" for name in names)
    return markdown.replace(RESULTS, "results.md")


def on_post_page(output: str, *, page: Any, **_: Any) -> str:
    """Refuse a page that would fetch something from elsewhere."""
    if found := ELSEWHERE.search(output):
        raise PluginError(f"{page.file.src_uri} must fetch nothing from elsewhere; got {found[0]}. Keep it in docs/.")
    return output
