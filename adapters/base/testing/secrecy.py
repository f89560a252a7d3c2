"""Promises about what must stay secret."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from adapters.base.testing.facts import Facts
from adapters.base.testing.upstream import Fault

# Vendors' answers that repeat what we sent, as careless ones do.
ECHOES = [Fault(name=f"an echo with {status}", how="echo", status=status) for status in (400, 401, 403, 404, 429, 500)]
DEPTH = 3


class SecrecyPromises(Facts):
    def test_secrets_in_errors(self) -> None:
        """26. No secret is in an error, however much the source repeats of what we sent."""
        secrets = self.secrets()
        faults = [*ECHOES, Fault(name="reset", how="reset"), Fault(name="cut", how="cut")]
        for stream in self.streams(26):
            places = range(len(self.asks(stream)[:3]))
            for fault in faults:
                for after in places:
                    got = self.outcome(fault, lambda adapter, at=stream: adapter.streams[at].pull(None), after=after)
                    if isinstance(got, Exception):
                        told = "".join(traceback.format_exception(got)) + repr(got) + repr(vars(got))
                        self._hidden(secrets, told, f"{stream}, {fault.name}: the error")
        for name in self.settings:
            self._hidden(secrets, self._misspelt(name), f"the complaint about {name}")

    def _misspelt(self, name: str) -> str:
        """What is said when this setting's value is given under a name that nobody knows."""
        try:
            self.build({key if key != name else f"{key}_": value for key, value in self.given().items()})
        except Exception as error:  # noqa: BLE001 - whatever it is, it must keep the secret
            return "".join(traceback.format_exception(error))
        return ""

    def test_secrets_in_reprs(self) -> None:
        """27. No secret is in the repr of the adapter, its streams, settings and clients, nor in a cursor or item."""
        secrets, adapter = self.secrets(), self.build()
        for stream in self.streams(27):
            page = adapter.streams[stream].pull(None)
            self._hidden(secrets, repr(page.cursor), f"{stream}: the cursor, which is kept in the store,")
            self._hidden(secrets, repr(page.items), f"{stream}: an item, which is kept in the store,")
        package = type(adapter).__module__.partition(".")[0]
        for name, shown in _reprs(adapter, "adapter", package, DEPTH):
            self._hidden(secrets, shown, f"{name}: its repr")

    def test_secrets_in_logs(self) -> None:
        """28. No secret is in a log, even at its most talkative."""
        secrets = self.secrets()
        with listening() as said:
            self.build().checked()
            for stream in self.streams(28):
                self.walk(stream)
                for fault in (*ECHOES[1:2], *ECHOES[-1:]):
                    self.outcome(fault, lambda adapter, stream=stream: adapter.streams[stream].pull(None))
        for line in said:
            logger = line.partition(" ")[0]
            self._hidden(secrets, line, f"the log {logger} at level DEBUG (a client's own: raise its level in prepare)")

    def _hidden(self, secrets: list[str], told: str, what: str) -> None:
        for place, secret in enumerate(secrets):
            assert secret not in told, f"{what} shows secret {place + 1}: keep it in a Secret until it is used"


def _reprs(thing: Any, name: str, package: str, depth: int) -> Iterator[tuple[str, str]]:
    """The repr and str of a thing and of what it holds, as a debugger or an error reporter would show them."""
    yield name, f"{thing!r} {thing}"
    if depth == 0:
        return
    if isinstance(thing, dict):
        held = [(str(key), value) for key, value in thing.items()]
    elif isinstance(thing, list | tuple):
        held = [(str(place), value) for place, value in enumerate(thing)]
    else:
        held = list(getattr(thing, "__dict__", {}).items()) if _of(package, thing) else []
    for key, value in held:
        if _of(package, value) or isinstance(value, dict | list | tuple):
            yield from _reprs(value, f"{name}.{key}", package, depth - 1)
        elif not isinstance(value, str):
            yield f"{name}.{key}", repr(value)


def _of(package: str, thing: Any) -> bool:
    return type(thing).__module__.partition(".")[0] == package


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every log line of every logger that is not switched off, formatted with its traceback."""
    said: list[str] = []
    format_ = logging.Formatter("%(name)s %(message)s").format

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(format_(record))

    root, ear = logging.getLogger(), Ear(logging.DEBUG)
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.removeHandler(ear)
        root.setLevel(level)
