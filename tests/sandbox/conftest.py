"""A small world, built once: nothing in it changes unless a test makes its own."""

import pytest

from sandbox.world import World


@pytest.fixture(scope="session")
def world() -> World:
    return World(7, 2500)
