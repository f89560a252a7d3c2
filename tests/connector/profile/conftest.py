"""A workspace whose records are told in one line each, and the parts that make profiles of them."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from connector.cache.events import Events
from connector.cache.profiles import ProfileCache
from connector.identity.resolver import Resolver
from connector.profile.hints import Later
from connector.profile.lookup import Lookup
from connector.profile.rebuild import Rebuild
from connector.store import profiles
from connector.sync.intake import Intake
from schemas.identifiers import Identifier, normalise
from schemas.records import SCHEMAS, TombstoneSchema, load

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def told(kind: str, source: str, external_id: str, *, day: int = 0, **fields):
    """A record as a source's adapter makes it. `day`: its last change, in days since the year began."""
    raw = {"external_id": external_id, "updated_at": (LONG_AGO + timedelta(days=day)).isoformat(), **fields}
    schema = SCHEMAS[kind](region="GB")
    return load(raw, source=source, stream=kind + "s", schema=schema, tombstone=TombstoneSchema(region="GB"), raw={})


def mail(value: str, *, verified: bool = True, **more) -> dict:
    return {"kind": "email", "value": value, "verified": verified, **more}


def number(value: str, **more) -> dict:
    return {"kind": "phone", "value": value, **more}


def identifier(kind: str, value: str, **more) -> Identifier:
    return normalise({"kind": kind, "value": value, **more}, "GB")


class World:
    """Takes records in, rebuilds and looks up, in one workspace."""

    def __init__(self, store, redis, clock) -> None:
        self.store, self.redis, self.clock = store, redis, clock
        self.cache, self.events = ProfileCache(redis), Events(redis, clock)
        self.intake = Intake(store, Resolver(clock), clock)
        self.rebuild = Rebuild(store, self.cache, self.events, Later(), clock)
        self.lookup = Lookup(store, self.cache, clock)

    def take(self, *records) -> None:
        self.intake.take("acme", records)

    def sync(self, *records) -> int:
        self.take(*records)
        return self.rebuild.run("acme")

    def find(self, kind: str, value: str, **more):
        return self.lookup.find("acme", identifier(kind, value, **more))

    def card(self, kind: str, value: str, **more) -> dict:
        found = self.find(kind, value, **more)
        assert found.outcome == "one", found
        return orjson.loads(found.document)

    def waiting(self) -> int:
        with self.store.reading() as connection:
            return profiles.count_stale(connection, "acme")

    def announced(self) -> list[dict]:
        return [orjson.loads(fields[b"data"]) for _, fields in self.redis.xrange("visavis:{acme}:events")]


@pytest.fixture
def world(store, redis, clock) -> World:
    return World(store, redis, clock)


@pytest.fixture
def small_world(sqlite_store, redis, clock) -> World:
    """Where the database does not matter."""
    return World(sqlite_store, redis, clock)
