"""Timeline: what happened with a person, newest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from connector.errors import InvalidRequestError
from connector.profile.gathered import thing
from connector.profile.involve import title
from connector.profile.things import Shown, Thing, cut, iso, where
from connector.store import gather, happened

# Where a page ended: time and record id.
Place = tuple[int, int]

TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """Items, newest first, and the `before` of the next page; None: there is no more."""

    profile_id: str
    items: Sequence[Shown]
    next: str | None


def place(before: str | None) -> Place | None:
    """Where the page before ended. Raises InvalidRequestError."""
    if before is None:
        return None
    try:
        at, record_id = (int(number) for number in before.split("."))
    except ValueError:
        raise InvalidRequestError("before is not what a page named as next", {"before": ["Not a place."]}) from None
    if not all(-(2**63) <= number < 2**63 for number in (at, record_id)):
        raise InvalidRequestError("before is not what a page named as next", {"before": ["Not a place."]})
    return at, record_id


def page(connection: Connection, workspace: str, profile_id: str, before: Place | None, limit: int) -> TimelinePage:
    """One page of a profile that is there."""
    contacts = gather.contacts(connection, workspace, [profile_id]).get(profile_id, [])
    keys = [(contact.source, contact.external_id) for contact in contacts]
    places = happened.newest(connection, workspace, profile_id, keys, before, limit + 1)
    rows = happened.records_of(connection, workspace, [record_id for _, record_id in places[:limit]])
    last = places[limit - 1] if len(places) > limit else None
    return TimelinePage(
        profile_id=profile_id,
        items=[item(thing(row)) for row in rows],
        next=f"{last[0]}.{last[1]}" if last else None,
    )


def item(one: Thing) -> Shown:
    """One thing that happened."""
    return {"at": iso(one.order[0]), "kind": word(one), "title": cut(title(one), TITLE)} | where(one) | _more(one)


def word(one: Thing) -> str:
    """What kind of thing it is, to people: a refund is no order, a reply of ours no mention."""
    if one.kind == "order" and one.body.get("is_refund"):
        return "refund"
    if one.kind == "mention" and one.body.get("is_ours"):
        return "reply"
    return one.kind


def _more(one: Thing) -> dict[str, Any]:
    body = one.body
    if one.kind == "order":
        return {"state": body.get("state"), "total": body.get("total"), "currency": body.get("currency")}
    if one.kind == "deal":
        state = "won" if body.get("is_won") else "lost" if body.get("is_closed") else "open"
        return {"state": state, "total": body.get("amount"), "currency": body.get("currency")}
    if one.kind == "ticket":
        return {"state": "open" if body.get("is_open") else "closed"}
    return {}
