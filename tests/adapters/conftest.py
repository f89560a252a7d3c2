"""What the tests of adapters share: a small world, and the sandbox's vendors that play it over HTTP."""

from collections.abc import Iterator

import pytest

from adapters.base.testing.upstream import Upstream
from sandbox.faults import Faults
from sandbox.vendors import x as x_vendor
from tests.sandbox.vendors.small_world import SmallWorld


@pytest.fixture
def world() -> SmallWorld:
    return SmallWorld()


@pytest.fixture
def x_server(world: SmallWorld) -> Iterator[Upstream]:
    with Upstream(x_vendor.app(world, Faults())) as upstream:
        yield upstream
