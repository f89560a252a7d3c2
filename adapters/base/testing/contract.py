"""The contract that every adapter keeps, as a test class to inherit from.

    class TestTeashop(AdapterContract):
        adapter = Teashop
        settings = {"token": "t0ken-0001", "webhook_secret": "s3cret-0001"}

The promises are numbered; docs/adapter-contract.md explains each. What a source cannot have is
exempt, with a reason: `exempt = {23: "the source signs no time"}`.
"""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.base.testing.access import AccessPromises
from adapters.base.testing.facts import loopback_only
from adapters.base.testing.failures import FailurePromises
from adapters.base.testing.fetching import FetchingPromises
from adapters.base.testing.items import ItemPromises
from adapters.base.testing.secrecy import SecrecyPromises
from adapters.base.testing.webhooks import WebhookPromises

NUMBERED = re.compile(r"(\d+)\. (.+)", re.DOTALL)
# Shorter than this is no reason.
REASON = 10


class AdapterContract(
    AccessPromises, FetchingPromises, FailurePromises, ItemPromises, WebhookPromises, SecrecyPromises
):
    """Inherit, name `adapter` and `settings`, and save fixtures; `Facts` lists what else a class may state."""

    @pytest.fixture(autouse=True)
    def _promise(self, request: pytest.FixtureRequest) -> Iterator[None]:
        found = NUMBERED.match(inspect.getdoc(request.function) or "")
        reason = excused(self, int(found[1])) if found else None
        if reason:
            pytest.skip(f"exempt: {reason}")
        self.open()
        try:
            with loopback_only():
                yield
        finally:
            self.close()


def broken_promises(contract: type[AdapterContract]) -> dict[int, str]:
    """Which promises the adapter breaks, and how: the kit without pytest."""
    found = {}
    for number, test in promises(contract).items():
        kit = contract()
        if excused(kit, number):
            continue
        kit.open()
        try:
            with loopback_only():
                test(kit)
        except Exception as error:  # noqa: BLE001 - as any test runner does
            found[number] = f"{type(error).__name__}: {error}"
        finally:
            kit.close()
    return found


def promises(contract: type = AdapterContract) -> dict[int, Any]:
    """The numbered tests: number -> function."""
    found = {}
    for _, test in inspect.getmembers(contract, inspect.isfunction):
        numbered = NUMBERED.match(inspect.getdoc(test) or "")
        if test.__name__.startswith("test_") and numbered:
            found[int(numbered[1])] = test
    return dict(sorted(found.items()))


def sentence(test: Any) -> str:
    """A promise in its own words, without its number."""
    return " ".join(NUMBERED.match(inspect.getdoc(test) or "")[2].split())  # type: ignore[index]


def excused(contract: AdapterContract, number: int) -> str | None:
    """Why this adapter need not keep the promise; None when it must. Complains about exemptions without a reason."""
    known, streams = promises(), {stream.name for stream in contract.adapter.stream_types}
    for key, reason in contract.exempt.items():
        told, stream = key if isinstance(key, tuple) else (key, None)
        assert told in known, f"exempt names {told}, which is no promise; there are 1 to {max(known)}"
        assert stream is None or stream in streams, f"exempt names {stream}, which is no stream"
        assert isinstance(reason, str) and len(reason.strip()) >= REASON, f"exempt {key} needs a reason in words"
    return contract.exempt.get(number)
