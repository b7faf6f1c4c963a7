"""prefit run by someone whom permissions bind: also where the tests are run by root, whom they do not."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

_PR_CAPBSET_DROP = 24
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2


def run_with_permissions(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own that permissions of files bind."""
    command = [sys.executable, "-m", "prefit", *map(str, arguments)]
    bind = _without_rights_of_root if os.geteuid() == 0 else None
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=bind)


def _without_rights_of_root() -> None:
    """Give up what lets root pass over permissions, for the program that is started next."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (_DAC_OVERRIDE, _DAC_READ_SEARCH):
        if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "the right of root cannot be given up")
