"""Webhooks: what a tick changed in HubSpot, posted as HubSpot posts it, signed and in batches.

A refused or unanswered delivery is tried again a few times, as HubSpot does over a day, only sooner.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from sandbox.changes import Change
from sandbox.tables import Row
from sandbox.vendors.hubspot_webhooks import event, signed
from sandbox.world import World, now

LARGEST = 100
WAITS = (0.5, 2.0, 5.0)
# HubSpot doesn't send a delivery again that was answered so.
FINAL = {400, 401, 403, 404, 405}

# Orders have no subscription of their own name: HubSpot tells them as objects, by the number of their type.
ORDER = {"objectTypeId": "0-123"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How many events went out, and how the last delivery was answered (None: not at all)."""

    events: int
    delivered: int
    status: int | None


def events(world: World, changes: Iterable[Change]) -> Iterator[dict[str, Any]]:
    """HubSpot's events for what changed there. What changed elsewhere makes none."""
    merged: dict[str, list[Change]] = {}
    for change in changes:
        if change.system != "hubspot":
            continue
        if change.what == "merged":
            merged.setdefault(change.merged_into or "", []).append(change)
        else:
            yield from _events(world, change)
    for winner, losers in merged.items():
        ids = [int(loser.id) for loser in losers]
        yield event(
            "contact",
            "merge",
            winner,
            losers[0].at,
            primaryObjectId=ids[0],
            mergedObjectIds=ids[1:],
            newObjectId=int(winner),
            numberOfPropertiesMoved=7,
        )


def _events(world: World, change: Change) -> Iterator[dict[str, Any]]:
    kind, more = ("object", ORDER) if change.kind == "order" else (change.kind, {})
    if change.what == "created":
        yield event(kind, "creation", change.id, change.at, **more)
    elif change.what == "deleted":
        yield event(kind, "deletion", change.id, change.at, **more)
    elif change.what == "associated":
        yield from _associations(world, change)
    else:
        # A value in an event may be old by the time it arrives, so a receiver reads the record again.
        for name in change.fields:
            yield event(kind, "propertyChange", change.id, change.at, propertyName=name, propertyValue="", **more)


def _associations(world: World, change: Change) -> Iterator[dict[str, Any]]:
    row: Row | None = world.table("hubspot", change.kind).get(change.id)
    for contact in row.values["contact_ids"] if row else ():
        yield event(
            "contact",
            "associationChange",
            contact,
            change.at,
            associationType=f"CONTACT_TO_{change.kind.upper()}",
            fromObjectId=int(contact),
            toObjectId=int(change.id),
            associationRemoved=False,
            isPrimaryAssociation=False,
        )


def post(
    world: World,
    changes: Sequence[Change],
    url: str,
    *,
    secret: str | None = None,
    session: requests.Session | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Sent:
    """Deliver what changed to the URL, at most a hundred events at once."""
    told, delivered, status = list(events(world, changes)), 0, None
    with session or requests.Session() as sender:
        for start in range(0, len(told), LARGEST):
            batch = told[start : start + LARGEST]
            status = _deliver(sender, url, batch, secret, sleep)
            delivered += len(batch) if status is not None and status < 300 else 0
    return Sent(events=len(told), delivered=delivered, status=status)


def _deliver(
    sender: requests.Session, url: str, batch: list[dict[str, Any]], secret: str | None, sleep: Callable[[float], None]
) -> int | None:
    status = None
    for attempt, wait in enumerate((*WAITS, None)):
        again = [one | {"attemptNumber": attempt} for one in batch]
        headers, body = signed(url, again, now(), **({"secret": secret} if secret else {}))
        try:
            status = sender.post(url, data=body, headers=headers, timeout=5, allow_redirects=False).status_code
        except requests.RequestException:
            status = None
        if status is not None and (status < 300 or status in FINAL):
            return status
        if wait is not None:
            sleep(wait)
    return status
