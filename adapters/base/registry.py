"""Finds adapters by name: a module of this package, or an entry point of an installed one.

A source's client library is imported only when that source is set up.
"""

import pkgutil
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

import adapters
from adapters.base.adapter import Adapter
from adapters.base.errors import ConfigError

GROUP = "visavis.adapters"


def names() -> list[str]:
    """Every adapter that can be named in the settings, sorted."""
    return sorted(_own() | set(_outside()))


def find(name: str) -> type[Adapter]:
    """The adapter's class. Raises ConfigError when there is none, or when its client library is not installed."""
    outside = _outside().get(name)
    if name not in _own() and outside is None:
        raise ConfigError([f"unknown adapter {name}; known: {', '.join(names())}"])
    if name in _own() and outside is not None:
        # It would be handed our adapter's credentials.
        raise ConfigError([f"two adapters are called {name}: ours and {outside.module}; uninstall or rename that one"])
    try:
        module = import_module(outside.module if outside else f"adapters.{name}")
    except ModuleNotFoundError as error:
        wanted = error.name if outside else f"'visavis[{name}]'"
        raise ConfigError([f"{name}: needs {error.name}; install it with: pip install {wanted}"]) from error
    for found in vars(module).values():
        if isinstance(found, type) and issubclass(found, Adapter) and vars(found).get("name") == name:
            return found
    raise ConfigError([f"{name}: {module.__name__} has no Adapter whose name is {name}"])


def _own() -> set[str]:
    return {module.name for module in pkgutil.iter_modules(adapters.__path__)} - {"base"}


def _outside() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
