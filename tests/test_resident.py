"""How much memory a run takes, and what ends it before it takes more."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import numpy as np
import pytest

from prefit import resident
from prefit.errors import UsageError
from prefit.resident import Guard, OverMemory, parse_bytes, resident_bytes, room_beside, room_of

MB = 10**6
linux = pytest.mark.skipif(sys.platform != "linux", reason="the memory of other processes is read from /proc")


@pytest.mark.parametrize(
    ("text", "size"), [("2GB", 2 * 10**9), ("500MiB", 500 << 20), ("1.5 gb", 15 * 10**8), (10**8, 10**8)]
)
def test_size_is_a_number_with_a_unit(text: str | int, size: int) -> None:
    """Units of a thousand and of 1,024, or bytes."""
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["much", "2", "1kB", "-1GB", 1000, True, ""])
def test_what_is_no_size_is_refused(text: str | int) -> None:
    """With an example."""
    with pytest.raises(UsageError, match=r"memory must be a size in memory; got .* Write for example 2GB"):
        parse_bytes(text)


@linux
def test_memory_of_children_counts() -> None:
    """What a child takes is taken by the run."""
    before = resident_bytes()
    code = "block = b'x' * 200_000_000; print(len(block), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        taken = resident_bytes() - before
        with suppress(BrokenPipeError):
            child.communicate(b"\n")
    assert 200 * MB < taken < 300 * MB


def _fill(blocks: list[object], guard: Guard) -> None:
    with guard.kept("stage"):
        blocks.extend(np.ones(1 << 17) for _ in range(4_000))


@linux
def test_what_takes_too_much_is_ended() -> None:
    """Between two calls of a library, with a message, and the memory is free again."""
    guard = Guard(resident_bytes() + 200 * MB)
    blocks: list[object] = []
    with pytest.raises(OverMemory, match=r"memory must do for the stage; got .* Give a larger --memory"):
        _fill(blocks, guard)
    assert len(blocks) < 1_000
    assert resident_bytes() < guard.most_bytes


def test_what_has_no_room_does_not_begin() -> None:
    """The message says what is taken already."""
    with pytest.raises(OverMemory, match="are taken before it starts"), Guard(resident_bytes() // 2).kept("stage"):
        pytest.fail("it has begun")


def test_watching_ends_with_the_block() -> None:
    """What is taken afterwards is another stage's."""
    with Guard(resident_bytes() + 500 * MB).kept("stage"):
        pass
    assert "prefit memory" not in {thread.name for thread in resident.threading.enumerate()}


def test_python_can_be_traced_afterwards() -> None:
    """Coverage and debuggers trace; Python 3.11 hangs there if an error that is to be raised is called back."""
    code = (
        "import sys; from prefit.resident import Guard, resident_bytes\n"
        "with Guard(resident_bytes() + 10**9).kept('stage'): pass\n"
        "def traced(*_): return traced\n"
        "sys.settrace(traced); (lambda: None)(); sys.settrace(None); print('done')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout == "done\n"


def test_what_is_sent_as_the_block_ends_arrives_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is dropped or told as an error, and nothing is raised in what comes after the block."""
    for line in range(12):
        monkeypatch.setattr(resident._Watcher, "_ended", _late(line, resident._Watcher._ended))
        with suppress(OverMemory), Guard(resident_bytes() + 500 * MB).kept("stage"):
            pass
        monkeypatch.undo()
        assert "prefit memory" not in {thread.name for thread in resident.threading.enumerate()}


def _late(line: int, ended: Callable[[resident._Watcher], bool]) -> Callable[[resident._Watcher], bool]:
    """Send the error once, when that line of the method is reached."""
    seen = iter(range(line + 1))

    def tracer(_frame: FrameType, event: str, _: object) -> Callable[..., object] | None:
        if event == "line" and next(seen, None) == line:
            resident._raise_in(threading.get_ident(), resident._Stop)
        return tracer

    def traced(watcher: resident._Watcher) -> bool:
        before = sys.gettrace()
        sys.settrace(tracer)
        try:
            return ended(watcher)
        finally:
            sys.settrace(before)

    return traced


def test_room_is_left_for_what_is_taken_between_two_looks() -> None:
    """A part that counts on less than there is has less to plan with."""
    assert 0 < room_of(10**9) < 10**9
    assert room_beside(10**9, 0) == pytest.approx(room_of(10**9) - resident_bytes(), abs=20 * MB)
    assert room_beside(10**9, 10**12) == room_of(10**9)
