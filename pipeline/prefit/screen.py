"""What reaches the terminal: no control characters, no commands, and nothing that it could not take."""

from __future__ import annotations

import io
import os
import re
import sys
import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prefit.errors import PrefitError

if TYPE_CHECKING:
    import click

__all__ = ["complain", "inert", "leave_unwritten", "printable", "refusal", "say", "warn"]

_IGNORED = r"[^\s\w!-~]*"
"""What may stand inside a mark: more than the characters without width, so that none is missed."""
_BLANKS = r"[^\w!-~\r\n]*"
_COMMAND = re.compile(
    rf"(#{_IGNORED}(?=#{_IGNORED}\[)|^{_BLANKS}:{_IGNORED}(?=:)|[\r\n]{_BLANKS}:{_IGNORED}(?=:))([#:])"
)
_IN_JSON, _IN_XML = "\\u{:04x}", "&#{};"
_ESCAPES: Mapping[str, str] = {"json": _IN_JSON, "sarif": _IN_JSON, "html": _IN_XML, "junit": _IN_XML}
"""How a format writes the character of a number; elsewhere a backslash is set before it."""


def inert(text: str, form: str = "text") -> str:
    r"""Keep the runner of GitHub Actions from obeying a text that holds names from the data; elsewhere change nothing.

    The runner obeys ``##[command]`` anywhere in a line and ``::command::`` after the blanks that begin one, and its
    comparison passes over characters that have no width. The second character of either mark is escaped. Nothing has to
    be switched off and on again around the text, so that standard output and standard error may be mixed in any order.

    Parameters
    ----------
    text : str
    form : {"text", "md", "json", "sarif", "html", "junit"}, default "text"
        What the text is, so that those who read it get the same content.

    Examples
    --------
    >>> os.environ["GITHUB_ACTIONS"] = "true"
    >>> print(inert("##[add-mask]a"), inert('"##[add-mask]a"', "json"), inert("##[add-mask]a", "html"))
    #\#[add-mask]a "#\u0023[add-mask]a" #&#35;[add-mask]a
    >>> del os.environ["GITHUB_ACTIONS"]
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    escape = _ESCAPES.get(form)
    return _COMMAND.sub(lambda mark: mark[1] + (escape.format(ord(mark[2])) if escape else f"\\{mark[2]}"), text)


def say(text: str, *, err: bool = False, nl: bool = True, form: str = "text") -> None:
    """Print a text that may hold names from the data or of files, made :func:`inert`."""
    import click  # which is not there where only reports are read

    click.echo(inert(text, form), err=err, nl=nl)


def refusal(error: click.ClickException) -> str:
    """Return what click says of a command line that it cannot parse."""
    said = io.StringIO()
    error.show(said)
    return said.getvalue()


def warn(message: Warning | str, *_: object, **__: object) -> None:
    """Show a warning as a message to the user, not as a line of code; may stand for `warnings.showwarning`."""
    say(f"prefit: {printable(str(message))}", err=True)


def complain(error: Exception, *, debug: bool) -> None:
    """Say what ended the run: one of ours as it is, any other as a defect; with `debug` where it happened, too."""
    ours = isinstance(error, PrefitError)
    if debug:
        say("".join(traceback.format_exception(error)), err=True, nl=False)
    message = str(error) if ours else f"internal error: {type(error).__name__}: {error}"
    advice = "" if ours else "\nThis is a defect of prefit; --debug shows where."
    say(f"prefit: {printable(message)}{advice}", err=True)


def printable(text: str) -> str:
    r"""Write control characters out: names from the data reach a message, and must not steer the terminal.

    Examples
    --------
    >>> print(printable("col\x1b[2J"))
    col\x1b[2J
    """
    return "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in text)


def leave_unwritten() -> None:
    """Drop what standard output has no room for: the interpreter would try again at its end, and its exit code win."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
