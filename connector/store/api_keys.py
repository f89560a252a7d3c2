"""API keys: who may call the API, and for what.

A key is 256 random bits, so one SHA-256 hides it as well as a slow hash would; only
that hash is kept. The key itself is shown once, to whoever created it.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from connector.clock import micros, moment
from connector.store.tables import api_keys

# What a key may be allowed to do, with the words that the command line and the documentation show.
SCOPES = {
    "profiles:read": "look people up and read their profiles and timelines",
    "contacts:write": "announce that a contact arrives, and get the card",
    "recommendations:write": "say what came of a hint",
    "identity:write": "decide who is who: pin, part, and take back",
    "sources:read": "see how each source is doing",
    "sources:write": "ask for a sync",
    "events:read": "follow the event stream",
    "metrics:read": "read the metrics",
    "admin": "everything, and whatever is added later",
}

# What a helpdesk needs: people, pops and their events, what came of a hint, and how old the sources' word is.
HELPDESK = ("profiles:read", "contacts:write", "recommendations:write", "events:read", "sources:read")

PREFIX = "vk_"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key as the store knows it: everything but the key."""

    id: str
    workspace: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None

    def may(self, scope: str) -> bool:
        return scope in self.scopes or "admin" in self.scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey(ApiKey):
    """A key at the only moment when its `text` is known."""

    text: str = field(repr=False)


def digest(key: str) -> bytes:
    """What is stored of a key. Whatever was sent is hashed: text that is no key at all finds nothing."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def create(connection: Connection, workspace: str, name: str, scopes: Sequence[str], at: datetime) -> NewKey:
    """A new key with its text, which nobody can read again. Raises ValueError for unknown or missing scopes."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        wrong = f"unknown scope {', '.join(unknown)}" if unknown else "a key needs a scope"
        raise ValueError(f"{wrong}; known: {', '.join(SCOPES)}")
    text = PREFIX + secrets.token_urlsafe(32)
    made = {
        "id": f"k_{secrets.token_hex(6)}",
        "workspace": workspace,
        "name": name,
        "hash": digest(text),
        "scopes": orjson.dumps(sorted(set(scopes))).decode(),
        "created_at": micros(at),
        "revoked_at": None,
    }
    connection.execute(insert(api_keys), made)
    return NewKey(**_told(made), text=text)


def find(connection: Connection, hashed: bytes) -> ApiKey | None:
    """The living key with this digest."""
    found = connection.execute(
        select(api_keys).where(api_keys.c.hash == hashed, api_keys.c.revoked_at.is_(None))
    ).mappings()
    row = found.first()
    return _key(row) if row else None


def by_id(connection: Connection, key_id: str) -> ApiKey | None:
    """The living key with this id."""
    wanted = select(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
    row = connection.execute(wanted).mappings().first()
    return _key(row) if row else None


def living(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    """Which of these keys are not revoked."""
    rows = connection.execute(
        select(api_keys.c.id).where(api_keys.c.id.in_(list(ids)), api_keys.c.revoked_at.is_(None))
    )
    return frozenset(rows.scalars())


def list_(connection: Connection, workspace: str | None = None) -> list[ApiKey]:
    """All keys, revoked ones too, oldest first."""
    wanted = select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)
    if workspace is not None:
        wanted = wanted.where(api_keys.c.workspace == workspace)
    return [_key(row) for row in connection.execute(wanted).mappings()]


def revoke(connection: Connection, key_id: str, at: datetime) -> bool:
    """End a key for good; False when there is no such living key."""
    done = connection.execute(
        update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None)).values(revoked_at=micros(at))
    )
    return done.rowcount == 1


def _key(row: Mapping[str, Any]) -> ApiKey:
    return ApiKey(**_told(row))


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "workspace": row["workspace"],
        "name": row["name"],
        "scopes": tuple(orjson.loads(row["scopes"])),
        "created_at": moment(row["created_at"]),
        "revoked_at": moment(row["revoked_at"]),
    }
