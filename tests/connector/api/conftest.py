"""An application over a real store and a real Redis, with hand-written people, sources and webhooks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from adapters.base import Adapter, UnsupportedError
from connector.cache.events import Events
from connector.cache.profiles import ProfileCache
from connector.clock import micros
from connector.errors import StoreUnavailableError
from connector.factory import create_app
from connector.identity.resolver import Resolver
from connector.profile.hints import Later
from connector.profile.identity import Identity
from connector.profile.rebuild import Rebuild
from connector.profile.reviewing import Reviewing
from connector.recommendations.limits import Limits
from connector.recommendations.offers import Offers
from connector.recommendations.serving import Models
from connector.recommendations.suggestions import Suggestions
from connector.settings import build
from connector.store import api_keys, exposures, members
from connector.sync.doorbell import Doorbell
from connector.sync.intake import Intake
from tests.connector.records import contact, email

ANN, BEA = email("ann@example.com", verified=True), email("bea@example.com", verified=True)
EVA = email("eva@example.com", verified=True)
ADA = {"id": "p_ada", "fields": {"name": {"value": "Ada Example"}}}


@dataclass
class People:
    """Stands for the lookup: who is known by what."""

    known: dict[tuple[str, str, str], list[dict]] = field(default_factory=dict)
    documents: dict[tuple[str, str], dict] = field(default_factory=dict)
    successors: dict[str, str] = field(default_factory=dict)
    wait: Any = None
    away: bool = False

    def know(self, document: dict, *handles: tuple[str, str], workspace: str = "acme") -> None:
        self.documents[workspace, document["id"]] = document
        for kind, value in handles:
            self.known.setdefault((workspace, kind, value), []).append(document)

    def find(self, workspace: str, identifier: Any) -> Any:
        if self.wait:
            self.wait()
        if self.away:
            raise StoreUnavailableError("the store cannot be reached")
        found = self.known.get((workspace, identifier.kind, identifier.value), [])
        if len(found) > 1:
            told = [{"id": one["id"], "name": None, "company": None, "why": "same phone"} for one in found]
            return SimpleNamespace(outcome="several", candidates=told, shared=None, profile_id=None)
        return self._found(found[0] if found else None)

    def get(self, workspace: str, profile_id: str) -> Any:
        return self._found(self.documents.get((workspace, self.successors.get(profile_id, profile_id))))

    def timeline(self, workspace: str, profile_id: str, before: str | None = None, limit: int = 50) -> Any:
        if self.get(workspace, profile_id).outcome == "none":
            return None
        start = int(before or 0)
        items = [{"at": "2026-05-01T12:00:00Z", "kind": "order", "title": str(n)} for n in range(5)]
        following = str(start + limit) if start + limit < len(items) else None
        return SimpleNamespace(profile_id=profile_id, items=items[start : start + limit], next=following)

    @staticmethod
    def _found(document: dict | None) -> Any:
        if document is None:
            return SimpleNamespace(outcome="none", candidates=[], profile_id=None, document=None, etag=None)
        return SimpleNamespace(
            outcome="one", candidates=[], profile_id=document["id"], document=orjson.dumps(document), etag="e1"
        )


class Status:
    """Stands for the states of the sources."""

    def __init__(self) -> None:
        self.state, self.asked, self.away = "ok", 0, False

    def of(self, workspace: str, source: str) -> Any:
        self.asked += 1
        if self.away:
            raise StoreUnavailableError("the store cannot be reached")
        stream = SimpleNamespace(name="contacts", state="ok", error=None, records=3, quarantined=0)
        return SimpleNamespace(
            workspace=workspace,
            source=source,
            adapter="crm",
            state=self.state,
            error=None,
            error_kind=None,
            last_success=datetime(2026, 5, 1, 11, 59, tzinfo=UTC),
            lag_seconds=60.0,
            counts={"contact": 3},
            streams=[stream],
        )


class Crm(Adapter):
    """A source that takes webhooks and answers a challenge."""

    name = "crm"
    stream_types = ()

    def challenge(self, query: Any) -> dict:
        return {"answer": query["word"]}


class Silent(Adapter):
    """A source that has neither."""

    name = "silent"
    stream_types = ()


class Push:
    """Stands for what keeps deliveries; raises `error` when it has one."""

    def __init__(self) -> None:
        self.kept, self.error = [], None

    def accept(self, workspace: str, adapter: Adapter, delivery: Any) -> int:
        if adapter.name == "silent":
            raise UnsupportedError("silent: takes no webhooks")
        if self.error:
            raise self.error
        self.kept.append((workspace, adapter.name, delivery))
        return 2


class Sources:
    def __init__(self) -> None:
        self.made = {"crm": Crm({}), "silent": Silent({})}

    def names(self, workspace: str | None = None) -> list[str]:
        return list(self.made) if workspace in (None, "acme") else []

    def workspace(self, name: str) -> str:
        return "acme"


@pytest.fixture
def people() -> People:
    people = People()
    people.know(ADA, ("email", "ada@example.com"), ("phone", "+4930901820"), ("handle", "x:ada"))
    return people


def identity(store: Any, redis: Any, clock: Any) -> Identity:
    rebuild = Rebuild(store, ProfileCache(redis), Events(redis, clock), Later(), clock)
    return Identity(store, Resolver(clock), rebuild, clock)


@pytest.fixture
def parts(sqlite_store, redis, redis_url, clock, people, tmp_path) -> SimpleNamespace:
    tables = {
        "data_dir": str(tmp_path),
        "redis_url": redis_url,
        "events": {"public_url": "https://events.example.com"},
        "sources": {"crm": {"workspace": "acme", "region": "DE"}},
    }
    sources, people_decide = Sources(), identity(sqlite_store, redis, clock)
    return SimpleNamespace(
        settings=build(tables),
        clock=clock,
        store=sqlite_store,
        redis=redis,
        events=Events(redis, clock),
        lookup=people,
        push=Push(),
        status=Status(),
        sources=sources,
        queue=Doorbell(redis),
        identity=people_decide,
        reviewing=Reviewing(sqlite_store, clock, Resolver(clock), people_decide),
        suggestions=Suggestions(sqlite_store, Offers(Models(sqlite_store, clock), Limits(), clock)),
        adapter=lambda name: sources.made[name],
        server=None,
    )


@pytest.fixture
def app(parts) -> Iterator[Any]:
    app = create_app(parts)
    yield app
    app.extensions["visavis"].background.stop()


@pytest.fixture
def desk(app) -> Any:
    return app.extensions["visavis"]


@pytest.fixture
def key(parts, clock) -> Any:
    """Makes a key with these scopes; its text."""

    def make(*scopes: str, workspace: str = "acme") -> str:
        with parts.store.transaction() as connection:
            return api_keys.create(connection, workspace, "test", scopes or ("admin",), clock()).text

    return make


@pytest.fixture
def hint(parts, clock) -> str:
    """The id of a hint that Ada's card held when it was seen."""
    seen = {"id": "p_ada.0123456789ab", "product": "tea", "list": "due", "model": "m1"}
    exposure = {"profile_id": "p_ada", "arm": "offered", "digest": "d", "day": 1, "at": 1, "hints": [seen]}
    with parts.store.transaction() as connection:
        members.open_profiles(connection, "acme", ["p_ada"], micros(clock()))
        exposures.put(connection, [{"workspace": "acme", **exposure}])
    return seen["id"]


@pytest.fixture
def decided(parts, clock) -> None:
    """Records of Ada's card, two that were decided to be two, and two of whom one left (decision 1).

    A minute later came an import that was undone (decision 3).
    """
    told = [contact("1", ANN), contact("2", ANN, source="shop"), contact("3"), contact("4", source="shop")]
    told += [contact("5", BEA), contact("6", BEA, source="shop")]
    Intake(parts.store, Resolver(clock), clock).take("acme", told)
    with parts.store.transaction() as connection:
        (bea,) = members.of_contacts(connection, "acme", [("crm", "5")])
        ids = members.members_of(connection, "acme", members.of_contacts(connection, "acme", [("crm", "1")]))
        members.open_profiles(connection, "acme", ["p_ada"], micros(clock()))
        members.place(connection, "acme", dict.fromkeys(ids, "p_ada"))
    parts.identity.unmerge("acme", bea, ["shop:contact:6"], "kim")
    parts.identity.pin("acme", "crm:contact:3", "shop:contact:4", "never", "kim")
    clock.advance(60)
    Intake(parts.store, Resolver(clock), clock).take("acme", [contact("7", EVA), contact("8", EVA, source="shop")])
    parts.reviewing.imports.undo("acme", "crm", clock(), clock(), "kim")


@pytest.fixture
def client(app, key) -> Any:
    """A caller who may do everything in the workspace acme."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key('admin')}"
    return client
