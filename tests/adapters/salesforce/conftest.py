"""Orgs over HTTP that end with their test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.adapters.salesforce.scene import Org, scene
from tests.sandbox.memory import MemoryWorld


@pytest.fixture
def start() -> Iterator[Callable[..., Org]]:
    """Starts an org: of this world, or of the scene."""
    running: list[Org] = []

    def start(world: MemoryWorld | None = None, **how: Any) -> Org:
        running.append(Org(scene() if world is None else world, **how))
        return running[-1]

    yield start
    for org in running:
        org.upstream.close()


@pytest.fixture
def org(start: Callable[..., Org]) -> Org:
    """The org of the scene."""
    return start()


@pytest.fixture
def empty(start: Callable[..., Org]) -> Org:
    return start(MemoryWorld())
