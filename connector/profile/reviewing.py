"""Reviewing, for people: possible matches side by side, decisions on them, and what looks odd.

What a case tells are the two profiles' own values: whoever asks may see both, and each of
them is noted as seen.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connector.clock import micros, moment
from connector.errors import InvalidRequestError, NotFoundError
from connector.identity.alarms import Watch
from connector.identity.inquiry import Compared
from connector.identity.partition import Key
from connector.identity.pins import LINK, NEVER
from connector.identity.resolver import Resolver
from connector.identity.review import Item, Place, Review
from connector.identity.undo import Imports
from connector.identity.whole import Whole
from connector.profile.identity import Identity, Profiles
from connector.store import Store, chores, json, profiles

# What people say to a possible match, and what that decides.
ANSWERS: Mapping[str, str] = {"same": LINK, "different": NEVER}

# Kinds of handle that are laid side by side, as people call them.
HANDLES = {"email": "e-mail addresses", "phone": "phone numbers", "social": "accounts", "handle": "handles"}

# How often all possible matches are ranked anew by what profiles are worth, and sizes and bridges are counted.
RANKED, RANK_EVERY = "review ranked", timedelta(days=1)
COUNTED, COUNT_EVERY = "alarms counted", timedelta(hours=1)

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A field of both. `agrees`: speaks for (True) or against (False) one person, or says nothing (None)."""

    field: str
    left: str | None
    right: str | None
    how: str
    agrees: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two: its record, and what its profile says of it. None: not told, or not built yet."""

    key: Key
    profile_id: str
    name: str | None
    company: str | None
    sources: tuple[str, ...]
    orders: int
    open_tickets: int
    last_order_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A possible match, side by side. `why`: in a sentence."""

    item: Item
    left: Side
    right: Side
    why: str
    rows: tuple[Row, ...]
    compared: Compared


class Reviewing:
    """The queue with what people need to decide; imports and alarms beside it."""

    def __init__(self, store: Store, clock: Callable[[], datetime], resolver: Resolver, identity: Identity) -> None:
        self.store, self.clock, self.identity = store, clock, identity
        self.queue = Review(store, clock, resolver.how)
        self.imports = Imports(store, resolver, clock, resolver.brakes)
        self.watch = Watch(store, clock)
        self.whole = Whole(store, self.queue, clock)

    def rules(self, workspace: str) -> str:
        """The name of the rules that are in force: strict, standard, balanced, or own-... for a file's."""
        return self.queue.how.of(workspace).name

    def page(self, workspace: str, after: Place | None = None, limit: int = 20) -> list[Case]:
        """The next possible matches, the most worth first."""
        items = self.queue.page(workspace, after, limit)
        documents = self._documents(workspace, items)
        found = []
        for item in items:
            try:
                compared = self.identity.compare(workspace, item.left, item.right)
            except NotFoundError:
                # It went this moment.
                continue
            found.append(_case(item, compared, documents))
        return found

    def case(self, workspace: str, left: Key, right: Key) -> Case:
        """These two. Raises NotFoundError when they are no possible match, or not any more."""
        return self._case(workspace, self.queue.item(workspace, left, right))

    def between(self, workspace: str, one: str, other: str) -> Case:
        """The surest possible match of two profiles. Raises NotFoundError when there is none, or not any more."""
        return self._case(workspace, self.queue.between(workspace, one, other))

    def decide(self, workspace: str, left: Key, right: Key, answer: str, by: str, why: str = "") -> Profiles:
        """Answer with a key of ANSWERS; it is in force and the profiles are rebuilt when this returns.

        Raises InvalidRequestError, NotFoundError and PinContradictedError.
        """
        if answer not in ANSWERS:
            raise InvalidRequestError("wrong: answer", {"answer": [f"Not one of {', '.join(ANSWERS)}."]})
        profiles_now = self.identity.pin(workspace, left, right, ANSWERS[answer], by, why)
        self.queue.drop(workspace, left, right)
        return profiles_now

    def look_after(self, workspace: str) -> None:
        """What comes round: let go what nothing holds, list what is new, and count what may be odd."""
        self.imports.drain(workspace)
        self.queue.refresh(workspace, everything=self._comes_round(workspace, RANKED, RANK_EVERY))
        if self._comes_round(workspace, COUNTED, COUNT_EVERY):
            self.watch.count(workspace)

    def _case(self, workspace: str, item: Item | None) -> Case:
        if item is None:
            raise NotFoundError("these two wait for nobody's word: it is decided, or no longer thought possible")
        return _case(item, self.identity.compare(workspace, item.left, item.right), self._documents(workspace, [item]))

    def _comes_round(self, workspace: str, name: str, every: timedelta) -> bool:
        now = self.clock()
        with self.store.transaction() as connection:
            last = chores.done_at(connection, workspace, name)
            if last is not None and moment(last) + every > now:
                return False
            chores.done(connection, workspace, name, micros(now))
        return True

    def _documents(self, workspace: str, items: Iterable[Item]) -> dict[str, Document]:
        ends = sorted({profile for item in items for profile in (item.left_profile, item.right_profile)})
        with self.store.reading() as connection:
            found = profiles.documents(connection, workspace, ends)
        return {profile: json.load(document) for profile, document in found.items()}


def _case(item: Item, compared: Compared, documents: Mapping[str, Document]) -> Case:
    left, right = documents.get(item.left_profile, {}), documents.get(item.right_profile, {})
    fields = [
        Row(field=each.field, left=each.left, right=each.right, how=each.how, agrees=each.agrees)
        for each in compared.two.compared
    ]
    return Case(
        item=item,
        left=_side(item.left, item.left_profile, left),
        right=_side(item.right, item.right_profile, right),
        why=_why(item, compared),
        rows=(*fields, *_handles(left, right)),
        compared=compared,
    )


def _why(item: Item, compared: Compared) -> str:
    told = "; ".join(dict.fromkeys(reason.why for reason in compared.two.against if item.by_rule))
    if item.probability is None:
        return told
    fields = f": {', '.join(item.agrees)} agree" if item.agrees else ""
    # Never certain: nobody would look any more.
    chance = f"{min(item.probability, 0.999):.1%}"
    return f"{told} By what is usual they are one with a probability of {chance}{fields}.".strip()


def _side(key: Key, profile_id: str, document: Document) -> Side:
    fields, orders = document.get("fields", {}), document.get("orders", {})
    return Side(
        key=key,
        profile_id=profile_id,
        name=(fields.get("name") or {}).get("value"),
        company=(fields.get("company") or {}).get("value"),
        sources=tuple(sorted({record["source"] for record in document.get("records", ())})),
        orders=orders.get("count", 0),
        open_tickets=document.get("tickets", {}).get("open_count", 0),
        last_order_at=orders.get("last_at"),
    )


def _handles(left: Document, right: Document) -> Iterable[Row]:
    """What either can be reached by; what both have is named first."""
    for kind, field in HANDLES.items():
        sides = [_of_kind(document, kind) for document in (left, right)]
        both = sides[0].keys() & sides[1].keys()
        if not any(sides):
            continue
        shown = [
            ", ".join(told[value] for value in sorted(told, key=lambda value: (value not in both, value)))
            for told in sides
        ]
        how = f"{len(both)} in common" if both else "none in common" if all(sides) else "not told by both"
        yield Row(field=field, left=shown[0] or None, right=shown[1] or None, how=how, agrees=True if both else None)


def _of_kind(document: Document, kind: str) -> dict[str, str]:
    return {
        each["value"]: each["shown"] or each["value"]
        for each in document.get("identifiers", ())
        if each["kind"] == kind and each["value"]
    }
