"""A really served panel: web and event processes, a store with a few people, and somebody who sends contacts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from benchmarks.company import free_port
from connector.bootstrap import Parts, assemble
from connector.clock import micros
from connector.clock import now as real_now
from connector.panel.session import Sessions
from connector.processes import Processes
from connector.serving import start_web
from connector.settings import load
from connector.store import api_keys, cursors
from connector.store.cursors import Cursor
from tests.connector import records as made

SETTINGS = """
data_dir = "{folder}/var"
log_level = "warning"

[web]
port = {port}
workers = 1
frame_ancestors = "http://127.0.0.1:{embedder}"

[events]
port = {events}

[sources.crm]
adapter = "files"
folder = "{folder}"

[sources.shop]
adapter = "files"
folder = "{folder}"
"""


@dataclass(slots=True, kw_only=True)
class Stage:
    """The running program, seen from outside and from behind."""

    parts: Parts
    key: str
    key_id: str
    embedder: int

    @property
    def url(self) -> str:
        return self.parts.settings.web_url

    @property
    def panel(self) -> str:
        return f"{self.url}/panel"

    def link(self) -> str:
        """An address that signs in."""
        return f"{self.panel}/sign-in?link={self._sessions().link(self.key_id)}"

    def _sessions(self) -> Sessions:
        return Sessions(self.parts.settings, self.parts.store, self.parts.redis)

    def take(self, *records: Any) -> None:
        """These records come in, and the profiles that they touch are built."""
        self.parts.intake.take("default", [_now(one) for one in records])
        self.parts.rebuild.run()

    def contact(self, **told: str) -> dict[str, Any]:
        """A contact arrives at the API."""
        told.setdefault("channel", "email")
        answer = requests.post(
            f"{self.url}/v1/contacts", json=told, headers={"Authorization": f"Bearer {self.key}"}, timeout=5
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def source(self, name: str, state: str, *, hours_ago: float = 0, error: str | None = None) -> None:
        """This is how that source was last read."""
        at = micros(real_now() - timedelta(hours=hours_ago))
        place = Cursor(stream="contacts", state=state, started_at=at, succeeded_at=at, error=error)
        with self.parts.store.transaction() as connection:
            cursors.put(connection, "default", name, place)
        self.parts.events.publish("default", "source.changed", {"source": name})


def _now(record: Any) -> Any:
    """Told by its source just now, whatever it says: later words outrank earlier ones."""
    return replace(record, updated_at=real_now())


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """The panel served, until the block ends."""
    port, events, embedder = free_port(), free_port(), free_port()
    file = folder / "visavis.toml"
    file.write_text(SETTINGS.format(folder=folder, port=port, events=events, embedder=embedder))
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("VISAVIS_")]:
            patch.delenv(name)
        patch.setenv("VISAVIS_CONFIG", str(file))
        settings = load(os.environ)
        with assemble(settings) as parts, Processes() as processes:
            with parts.store.transaction() as connection:
                key = api_keys.create(connection, "default", "stage", ["admin"], parts.clock())
            start_web(processes, settings)
            there = Stage(parts=parts, key=key.text, key_id=key.id, embedder=embedder)
            fill(there)
            yield there


MARY = "مريم الحداد"
LONG = "Donaudampfschifffahrts" * 8


def fill(there: Stage) -> None:
    """Ada whom two systems know, somebody written from right to left, one with very much, and two with one phone."""
    there.source("crm", "idle")
    there.source("shop", "idle")
    ada = made.email("ada@example.com", verified=True)
    there.take(
        made.contact("1", ada, name="Ada Example", company="Example & Sons"),
        made.contact("s1", ada, source="shop", name="Ada Example"),
        made.order("o1", contacts=("1",), currency="EUR", total="120.00", number="A-1", state="fulfilled"),
        made.contact("2", made.email("maryam@example.com", verified=True), name=MARY),
        made.contact("3", made.email("much@example.com", verified=True), name=LONG, company="x" * 90),
        *(ticket(str(each), "3", f"{LONG[:90]} {each}") for each in range(60)),
        made.contact("4", made.handle("phone", "+4930901820"), name="Bea One"),
        made.contact("5", made.handle("phone", "+4930901820"), name="Cleo Two"),
    )


def ticket(external_id: str, contact: str, subject: str) -> Any:
    told = {"subject": subject, "is_open": True, "status": "New"}
    return made.order(external_id, contacts=(contact,), kind="ticket", **told)
