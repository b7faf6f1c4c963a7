"""The page of a check, made from its docstring, its fields and its class variables."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, cast

from prefit.checks import ALL, by_id
from prefit.checks.base import Check, Stage, summary
from prefit.errors import UsageError, did_you_mean

__all__ = ["SECTIONS", "guide", "index", "page"]

SECTIONS = (
    "What it measures",
    "Why it hurts training",
    "Example",
    "What to do",
    "When it may be a false alarm",
    "References",
)
"""What every page has, in this order, after the question that the check answers."""

_APPLIES = {
    "any": "all data",
    "supervised": "data with a target",
    "classification": "classification",
    "regression": "regression",
}


def page(check_id: str) -> str:
    """Return the page of a check as Markdown.

    Raises
    ------
    UsageError
        If there is no such check.

    Examples
    --------
    >>> page("missing-values").splitlines()[0]
    '# missing-values'
    """
    known = by_id()
    if check_id not in known:
        raise UsageError(f"check {check_id!r} does not exist; checks: {did_you_mean(check_id, known)}")
    check = known[check_id]
    sections = _sections(check)
    parts = [f"# {check.id}", summary(check), _facts(check)]
    parts += [f"## {title}\n\n{sections[title]}" for title in SECTIONS[:-1]]
    parts += [
        f"## Limits\n\n{_limits(check, sections.get('Parameters', ''))}",
        f"## References\n\n{sections['References']}",
    ]
    return "\n\n".join(parts) + "\n"


def index() -> str:
    """Return the list of all checks by stage as Markdown."""
    parts = ["# Checks", "Made from the docstrings of the checks; `prefit explain CHECK-ID` prints a page."]
    stages: dict[Stage, list[Check]] = {}
    for check in ALL:
        stages.setdefault(check.stage, []).append(check)
    for stage, checks in stages.items():
        rows = [
            f"| [`{check.id}`]({check.id}.md) | {summary(check)} | {_APPLIES[check.applies_to]} |" for check in checks
        ]
        parts.append("\n".join([f"## {stage}", "", "| check | question | applies to |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def guide(checks: Iterable[Check]) -> dict[str, dict[str, Any]]:
    """Say of each check what a reader of its finding has to know: the ``checks`` of ``report.json``.

    Parameters
    ----------
    checks : iterable of Check
        As they ran, with the limits of the configuration.

    Returns
    -------
    dict of check id to dict
        ``stage``, ``question``, ``false_alarm`` (when the finding may be one) and ``limits``: by key the value that the
        check was run with, its default and its meaning.
    """
    return {check.id: _guide(check, by_id().get(check.id, check)) for check in checks}


def _guide(check: Check, usual: Check) -> dict[str, Any]:
    sections = _sections(check)
    meanings = _parameters(sections.get("Parameters", ""))
    return {
        "stage": check.stage,
        "question": summary(check),
        "false_alarm": " ".join(sections["When it may be a false alarm"].split()),
        "limits": {
            limit.name: {
                "value": getattr(check, limit.name),
                "default": getattr(usual, limit.name),
                "meaning": meanings[limit.name],
            }
            for limit in fields(cast("Any", check))
        },
    }


def _facts(check: Check) -> str:
    needs = ", ".join(need.replace("_", " ") for need in check.needs) or "the profile"
    rows = [
        ("id", f"`{check.id}`"),
        ("stage", check.stage),
        ("applies to", _APPLIES[check.applies_to]),
        ("needs", needs),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _limits(check: Check, documented: str) -> str:
    limits = [limit.name for limit in fields(cast("Any", check))]
    if not limits:
        return "None to set."
    meanings = _parameters(documented)
    table = ["| key | default | meaning |", "|---|---|---|"]
    table += [f"| `{name}` | `{_toml(getattr(check, name))}` | {meanings[name]} |" for name in limits]
    setting = f"[checks.{check.id}]\n{limits[0]} = {_toml(getattr(check, limits[0]))}"
    return "\n".join(table) + f"\n\nSet them in `prefit.toml`:\n\n```toml\n{setting}\n```"


def _sections(check: Check) -> dict[str, str]:
    """Return the sections of the docstring: titles are underlined by hyphens, as in numpydoc."""
    text = inspect.cleandoc(check.__doc__ or "")
    pieces = re.split(r"^(\S.*)\n-{3,}\n", text, flags=re.MULTILINE)
    return {title.strip(): body.strip() for title, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def _parameters(text: str) -> dict[str, str]:
    """Return the meaning of each entry of a numpydoc parameter list, on one line."""
    pieces = re.split(r"^(\w+) : .*\n", text, flags=re.MULTILINE)
    return {name: " ".join(body.split()) for name, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else f"{value!r}"
