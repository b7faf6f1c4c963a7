"""The shape of the package, read from its source: who imports whom, what is loaded when, what is documented."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import prefit

ROOT = Path(prefit.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

LAYERS: tuple[frozenset[str], ...] = tuple(
    map(
        frozenset,
        (
            {"alone", "ending", "errors", "finding", "plan", "pseudonyms", "sql", "task", "wording", "writing"},
            {"crew", "resident", "screen"},
            {"own", "past", "plan_values", "stopwatch", "verdict", "waivers"},
            {"report"},
            {"profiling"},
            {"evidence"},
            {"causes", "option_values"},
            {"checks", "config", "engines", "formats", "probes", "sources", "suites"},
            {"baselines", "entries"},
            {"measure", "memory", "resolve"},
            {"judging", "reading", "records"},
            {"gate", "progress", "workflows"},
            {"comparing", "stages"},
            {"foreseeing", "initial", "integrations", "suggesting"},
            {"publishing"},
            {"__init__"},
            {"cli"},
            {"__main__"},
        ),
    )
)
"""The modules and folders of the package, lowest first. Imports point to lower layers only."""

UPWARD = frozenset({("report.py", "formats")})
"""The one exception: `Report.save` and `Report._repr_html_` load the formats when they are called."""

HEAVY = frozenset(
    {
        "adbc_driver_manager",
        "adbc_driver_postgresql",
        "airflow",
        "arff",
        "dask",
        "deltalake",
        "distributed",
        "duckdb",
        "fastexcel",
        "great_expectations",
        "jinja2",
        "joblib",
        "lightgbm",
        "mlflow",
        "pandas",
        "polars",
        "psycopg",
        "pyarrow.dataset",
        "pyiceberg",
        "scipy",
        "sklearn",
        "skrub",
        "torch",
    }
)
"""Imported inside the functions that need them, never when a module is loaded."""

MAX_LINES = 300


def name_of(file: Path) -> str:
    """Return the path of a file inside the package."""
    return file.relative_to(ROOT).as_posix()


def unit_of(file: Path) -> str:
    """Return the module or folder of the package that a file belongs to."""
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names that a piece of source imports, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports inside the package are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_units(file: Path) -> Iterator[str]:
    """Yield the modules and folders of the package that a file imports."""
    for name in imported(ast.parse(file.read_bytes())):
        parts = name.split(".")
        if parts[0] == "prefit" and parts[-1] != "__version__":
            yield parts[1] if len(parts) > 1 else "__init__"


def loaded(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the import statements that run when a module is loaded."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) or _for_types_only(child):
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        yield from loaded(child)


def test_every_module_has_its_layer() -> None:
    """A new module or folder must be given its place in `LAYERS`, and a removed one must leave it."""
    assert {unit_of(file) for file in FILES} == frozenset().union(*LAYERS)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_point_down(file: Path) -> None:
    """A module imports from its own folder and from lower layers, never from a sibling or from above."""
    layer = next(place for place, units in enumerate(LAYERS) if unit_of(file) in units)
    allowed = frozenset({unit_of(file)}).union(*LAYERS[:layer])
    wrong = {unit for unit in own_units(file) if unit not in allowed and (name_of(file), unit) not in UPWARD}
    assert not wrong, f"{name_of(file)} must not import {sorted(wrong)}"


def test_exception_to_the_direction_of_imports_is_lazy() -> None:
    """The report loads the formats only inside the methods that write them."""
    tree = ast.parse((ROOT / "report.py").read_bytes())
    at_load = {name for node in loaded(tree) for name in imported(node)}
    assert not any(name.startswith("prefit.formats") for name in at_load)
    lazy = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and set(imported(node))}
    assert lazy == {"save", "_repr_html_"}


@pytest.mark.parametrize("file", sorted((ROOT / "checks").glob("*/*.py")), ids=name_of)
def test_stages_of_checks_do_not_import_each_other(file: Path) -> None:
    """A check sees its own folder and what all checks share, so that a stage can be read alone."""
    shared = {module.stem for module in (ROOT / "checks").glob("*.py")} - {"__init__"}
    seen = {name.split(".")[2] for name in imported(ast.parse(file.read_bytes())) if name.startswith("prefit.checks.")}
    assert seen <= shared | {file.parent.name}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_heavy_libraries_are_imported_where_they_are_used(file: Path) -> None:
    """No module loads a heavy library when it is imported, unless it is prefit inside that library."""
    names = {name for node in loaded(ast.parse(file.read_bytes())) for name in imported(node)}
    host = file.parent.name if file.parent.parent == ROOT / "integrations" else ""
    heavy = {name for name in names if any(f"{name}.".startswith(f"{library}.") for library in HEAVY - {host})}
    assert not heavy, f"{name_of(file)} imports {sorted(heavy)} at module level"


@pytest.mark.parametrize("module", ["prefit", "prefit.cli"])
def test_start_pulls_in_no_heavy_library(module: str) -> None:
    """A fresh interpreter has none of them in memory after the import, Arrow and numpy included."""
    unwanted = sorted({name.split(".")[0] for name in HEAVY} | {"numpy", "pyarrow"})
    code = f"import sys, {module}; print(*(name for name in {unwanted} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_profile_loads_nothing_of_the_judgement() -> None:
    """Profiling a table in one process loads neither checks, probes and formats nor what starts processes."""
    unwanted = ["asyncio", "multiprocessing.connection", "rich"]
    unwanted += [f"prefit.{name}" for name in ("checks", "evidence", "formats", "gate", "probes", "report", "suites")]
    code = (
        "import sys, pyarrow, prefit; prefit.profile(pyarrow.table({'a': [1, 2], 'y': ['a', 'b']}), target='y', "
        f"workers=1); print(*(name for name in {unwanted} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_modules_are_short(file: Path) -> None:
    """A file does one thing, in at most 300 lines."""
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_public_names_have_docstrings(file: Path) -> None:
    """Every module says what it is for, and every public function and class, with its public methods, what it does."""
    tree = ast.parse(file.read_bytes())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    methods = [node for owner in public if isinstance(owner, ast.ClassDef) for node in owner.body]
    public += [node for node in methods if isinstance(node, kinds) and not node.name.startswith("_")]
    bare = [node.name for node in public if not ast.get_docstring(node) and not _overloads(node)]
    assert ast.get_docstring(tree), f"{name_of(file)} has no docstring"
    assert not bare, f"{name_of(file)}: {bare} have no docstring"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_exported_names_exist(file: Path) -> None:
    """Every name in `__all__` can be imported, and stands there once."""
    parts = [part for part in file.relative_to(ROOT).with_suffix("").parts if part != "__init__"]
    if parts == ["__main__"]:
        return  # importing it would run the command line
    if parts[:2] == ["integrations", "airflow"] and find_spec("airflow") is None:
        return  # it is imported by the tests that run in Airflow
    with warnings.catch_warnings():
        if parts[:1] == ["integrations"]:
            warnings.simplefilter("ignore")  # what the other library imports is its own affair
        module = importlib.import_module(".".join(["prefit", *parts]))
    exported = list(getattr(module, "__all__", ()))
    assert len(exported) == len(set(exported))
    assert [name for name in exported if not hasattr(module, name)] == []


def _overloads(node: ast.AST) -> bool:
    """Whether a definition is a typing overload or the setter of a property, documented by its first one."""
    names = {ast.unparse(decorator).split(".")[-1] for decorator in getattr(node, "decorator_list", ())}
    return bool(names & {"overload", "setter"})


def _for_types_only(node: ast.AST) -> bool:
    """Whether a block is read by type checkers and never run."""
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
