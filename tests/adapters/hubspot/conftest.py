"""A small portal, the sandbox's HubSpot that serves it over HTTP, and adapters that read it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapters.base.testing import Upstream
from adapters.hubspot import HubSpot
from sandbox.faults import Faults
from sandbox.vendors import hubspot as vendor
from tests.adapters.hubspot.portal import Setup
from tests.sandbox.vendors.small_portal import SmallPortal


@pytest.fixture
def portal() -> SmallPortal:
    return SmallPortal()


@pytest.fixture
def setup(portal: SmallPortal) -> Iterator[Callable[..., Setup]]:
    """`setup(page_size=2, vendor_options={"most_hits": 4})` serves the portal; the adapter's clock is the portal's."""
    opened: list[tuple[Upstream, Faults]] = []

    def make(*, vendor_options: dict[str, Any] | None = None, **settings: Any) -> Setup:
        faults, kept = Faults(), {}
        at = Upstream(faults.wrap("hubspot", vendor.app(portal, faults, **(vendor_options or {}))))
        opened.append((at, faults))
        given = {"base_url": at.url, "client_secret": vendor.CLIENT_SECRET}
        if "refresh_token" not in settings:
            given["access_token"] = vendor.PRIVATE_APP_TOKEN
        build = lambda **more: HubSpot(  # noqa: E731 - a second adapter against the same server
            given | settings | more, clock=portal.clock, remember=kept.__setitem__, recall=kept.get
        )
        return Setup(adapter=build(), build=build, at=at, faults=faults, kept=kept)

    yield make
    for at, faults in opened:
        faults.clear()
        at.close()
