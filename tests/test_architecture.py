"""The shape of the program: imports point down, and every adapter is complete. What fails says what to do."""

import ast
import configparser
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import adapters

# From the top. A module imports its own layer and those below it.
LAYERS = (
    ("app",),
    (
        "connector.factory",
        "connector.cli",
        "connector.demo",
        "connector.demo_settings",
        "connector.processes",
        "connector.serving",
    ),
    ("connector.worker", "connector.schedule", "connector.refit"),
    ("connector.api", "connector.panel"),
    ("connector.bootstrap",),
    ("connector.sync",),
    ("connector.recommendations",),
    ("connector.profile",),
    ("connector.identity",),
    ("connector.cache",),
    ("connector.store",),
    ("connector.settings", "connector.logs", "connector.errors", "connector.clock", "connector.threads"),
    ("adapters",),
    ("schemas",),
)
# Beside the layers: they stand in for the world outside, and measure.
BESIDE = ("sandbox", "benchmarks")
OURS = ("app", "connector", "adapters", "schemas", *BESIDE)

# A screen-pop never waits for a vendor: nobody else knows that there are any.
KNOW_ADAPTERS = ("connector.sync", "connector.bootstrap")
# What they raise, and the shape of a delivery, anybody at the top may know.
ANYBODY_KNOWS = ("adapters.base", "adapters.base.errors")

# A vendor's client library -> the one adapter that may import it.
CLIENTS = {"simple_salesforce": "salesforce", "hubspot": "hubspot", "tweepy": "x", "pyarrow": "files"}
FACES_HTTP = ("app", "connector.factory", "connector.api", "connector.panel", *BESIDE)

LONGEST_MODULE = 350
# A table of a hundred rows is long and yet read at a glance.
TABLES = {"sandbox/countries.py"}
# The console script's entry point, which puts the commands together.
ENTRY = "connector/cli/__init__.py"
ADAPTERS = sorted({module.name for module in pkgutil.iter_modules(adapters.__path__)} - {"base"})


def modules() -> dict[str, Path]:
    found = {"app": Path("app.py")} if Path("app.py").exists() else {}
    for top in OURS[1:]:
        for path in Path(top).rglob("*.py"):
            parts = path.with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(path: Path) -> Iterator[str]:
    """Every module that is imported, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports {node.module!r} relatively: write the whole name"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else str(node.module)


def below(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def layer(name: str) -> int | None:
    """The height of a module's layer, counted from the top; None for what has no layer."""
    return next((height for height, places in enumerate(LAYERS) if below(name, places)), None)


def imported() -> Iterator[tuple[str, str]]:
    """(who, whom), both ours."""
    for name, path in MODULES.items():
        yield from ((name, other) for other in imports(path) if below(other, OURS))


def test_every_module_has_a_layer():
    lost = [name for name in MODULES if name != "connector" and not below(name, BESIDE) and layer(name) is None]
    assert not lost, (
        f"give {lost} a place in LAYERS of tests/test_architecture.py, or put them into a package that has one"
    )


def test_imports_point_down():
    wrong = [
        f"{name} imports {other}"
        for name, other in imported()
        if None not in (mine := layer(name), theirs := layer(other)) and theirs < mine
    ]
    assert not wrong, "imports point down; hand in what is needed as an argument instead:\n" + "\n".join(wrong)


def test_only_sync_and_bootstrap_know_adapters():
    wrong = [
        f"{name} imports {other}"
        for name, other in imported()
        if below(other, ("adapters",)) and below(name, ("connector", "app")) and not below(name, KNOW_ADAPTERS)
        if other not in ANYBODY_KNOWS or layer(name) > layer("connector.api")
    ]
    assert not wrong, "a lookup must not wait for a vendor; go through connector.sync or bootstrap:\n" + "\n".join(
        wrong
    )


def test_adapters_know_nothing_of_the_connector_nor_of_each_other():
    wrong = [
        f"{name} imports {other}"
        for name, other in imported()
        if below(name, ("adapters",)) and not below(other, ("schemas", "adapters.base", ".".join(name.split(".")[:2])))
        if other != "adapters"
    ]
    assert not wrong, "an adapter imports schemas, adapters.base and its own client only:\n" + "\n".join(wrong)


def test_the_sandbox_knows_only_the_language():
    wrong = [
        f"{name} imports {other}"
        for name, other in imported()
        if below(name, ("sandbox",)) and not below(other, ("sandbox", "schemas"))
    ]
    assert not wrong, "a stand-in that shares code with what it tests proves nothing:\n" + "\n".join(wrong)


def test_a_clients_library_is_imported_by_its_own_adapter_alone():
    wrong = [
        f"{name} imports {other}"
        for name, path in MODULES.items()
        for other in imports(path)
        for library, adapter in CLIENTS.items()
        if below(other, (library,)) and not below(name, (f"adapters.{adapter}", *BESIDE))
    ]
    assert not wrong, "ask the adapter instead of its client:\n" + "\n".join(wrong)


def test_only_what_faces_http_imports_flask():
    wrong = [
        f"{name} imports {other}"
        for name, path in MODULES.items()
        for other in imports(path)
        if below(other, ("flask", "flask_smorest")) and not below(name, FACES_HTTP)
    ]
    assert not wrong, "keep HTTP in the views, and hand in what they parsed:\n" + "\n".join(wrong)


def test_packages_run_no_code():
    allowed = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign)
    for path in (path for path in MODULES.values() if path.name == "__init__.py" and str(path) != ENTRY):
        for node in ast.parse(path.read_text("utf-8")).body:
            plain = isinstance(node, allowed) and not isinstance(getattr(node, "value", None), ast.Call)
            assert plain, f"{path} line {node.lineno} runs code: a package's __init__ names what is public, no more"


@pytest.mark.parametrize("path", [path for path in MODULES.values() if str(path) not in TABLES], ids=str)
def test_no_module_is_too_long_to_read(path):
    length = len(path.read_text("utf-8").splitlines())
    assert length <= LONGEST_MODULE, f"{path} has {length} lines: find the second noun in it and give it a module"


@pytest.mark.parametrize("path", MODULES.values(), ids=str)
def test_every_module_says_what_it_is(path):
    text = path.read_text("utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text)), f"begin {path} with a line that says what it is"


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_adapter_claims_to_keep_the_contract(name):
    test = Path(f"tests/adapters/test_{name}.py")
    assert test.exists(), f"add {test} with one AdapterContract subclass"
    bases = [
        ast.unparse(base)
        for node in ast.walk(ast.parse(test.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    ]
    assert "AdapterContract" in bases, f"let a class of {test} inherit from AdapterContract"


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_adapter_has_a_page_that_tells_its_settings(name):
    page = Path(f"docs/sources/{name}.md")
    assert page.exists(), f"add {page}: what is read, permissions, settings, limits, deletions, what is not covered"
    from adapters.base.registry import find

    told = page.read_text("utf-8")
    missing = [setting.name for setting in find(name).known_settings if f"`{setting.name}`" not in told]
    assert not missing, f"{page} says nothing of these settings: {', '.join(missing)}"


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_adapter_has_an_extra_that_is_in_all(name):
    setup = configparser.ConfigParser()
    setup.read("setup.cfg")
    extras = setup["options.extras_require"]
    assert name in extras, f"add an extra {name} = <its client library> to setup.cfg"
    every = re.findall(r"\w+", extras["all"].partition("[")[2])
    assert name in every, f"add {name} to the extra `all` in setup.cfg"
