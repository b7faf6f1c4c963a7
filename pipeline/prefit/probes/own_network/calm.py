"""A frame around the user's code: one thread, and all random generators as they were."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

__all__ = ["calm"]


@contextmanager
def calm(seed: int) -> Iterator[None]:
    """Seed what the user's code may draw from, run torch on one thread, and put everything back.

    One thread, because small layers on more of them are slower by far, and because sums in another order differ.
    """
    import torch

    threads, generator, gradients = torch.get_num_threads(), torch.random.get_rng_state(), torch.is_grad_enabled()
    plain, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002 - what the user's code may use
    try:
        torch.set_num_threads(1)
        torch.set_grad_enabled(True)
        torch.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        yield
    finally:
        torch.set_num_threads(threads)
        torch.set_grad_enabled(gradients)
        torch.random.set_rng_state(generator)
        random.setstate(plain)
        np.random.set_state(legacy)  # noqa: NPY002
