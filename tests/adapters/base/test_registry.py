"""Adapters are found by their name, in this package or in an installed one."""

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from adapters.base import Adapter, ConfigError, registry
from tests.adapters.base import teashop


@pytest.fixture
def outside(monkeypatch):
    """Installs packages that register adapters: outside(name="module")."""
    points = {}
    monkeypatch.setattr(
        registry,
        "entry_points",
        lambda group: [EntryPoint(name, value, group) for name, value in points.items()],
    )
    return points.update


def test_an_installed_package_brings_its_adapter(outside):
    outside(teashop=teashop.__name__)
    assert "teashop" in registry.names()
    assert registry.find("teashop") is teashop.Teashop


def test_an_unknown_name_is_answered_with_the_known_ones(outside):
    outside(teashop=teashop.__name__)
    with pytest.raises(ConfigError, match=r"unknown adapter tshop; known: .*teashop"):
        registry.find("tshop")


def test_the_base_is_no_adapter():
    assert "base" not in registry.names()
    with pytest.raises(ConfigError):
        registry.find("base")


def test_a_missing_client_library_is_named_with_the_remedy(outside):
    outside(teashop="package_that_is_not_installed")
    with pytest.raises(ConfigError, match="pip install package_that_is_not_installed"):
        registry.find("teashop")


def test_a_module_without_the_adapter_says_so(outside, monkeypatch):
    empty = ModuleType("empty_teashop")
    empty.Adapter = Adapter
    monkeypatch.setitem(sys.modules, "empty_teashop", empty)
    outside(teashop="empty_teashop")
    with pytest.raises(ConfigError, match="has no Adapter whose name is teashop"):
        registry.find("teashop")


def test_no_package_takes_the_place_of_one_of_ours(outside, monkeypatch):
    monkeypatch.setattr(registry, "_own", lambda: {"teashop"})
    outside(teashop="somebody.elses")
    with pytest.raises(ConfigError, match="two adapters are called teashop"):
        registry.find("teashop")


def test_finding_an_adapter_loads_no_other(outside):
    outside(teashop=teashop.__name__, other="module_that_would_fail")
    assert registry.find("teashop")
