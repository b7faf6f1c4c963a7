"""What the tests of the whole gate share: the command line as a function, and small tables."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import settings
from tests.servers import Postgres, postgres_server

from prefit import cli

settings.register_profile("steady", derandomize=True)  # a change must not fail by the luck of the draw
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))  # "default" searches for new cases


for variable in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):  # the runner of these tests is no user
    os.environ.pop(variable, None)


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """Keep the clock from ending the probes: what a run finds must not depend on how busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("prefit.probes.curves.START_UP", 1000.0)
        yield


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run the command line in this process."""

    def call(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def signal() -> pa.Table:
    """600 rows with a learnable binary label, numbers, a category and some missing values."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(600, 3))
    colour = rng.choice(["red", "green", "blue"], size=600)
    label = (x[:, 0] + x[:, 1] * (colour == "red") + rng.normal(scale=0.7, size=600) > 0).astype(int)
    table = pa.table({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "colour": colour, "label": label})
    holes = pa.array(np.where(rng.random(600) < 0.05, None, x[:, 2]), type=pa.float64())
    return table.set_column(2, "c", holes)


@pytest.fixture(scope="session")
def postgres_session() -> Iterator[Postgres]:
    """Run a server of PostgreSQL until the last test is done."""
    with postgres_server() as server:
        yield server


_NUMBERS = itertools.count()


@pytest.fixture
def postgres(postgres_session: Postgres) -> str:
    """Return the URL of an empty database on a real server of PostgreSQL."""
    name = f"test_{next(_NUMBERS)}"
    with postgres_session.connect() as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres_session.url(name)
