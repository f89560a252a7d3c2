"""Happenings: the things that a tick lets happen, each a function that does nothing where it cannot."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox import writing
from sandbox.layout import AnsweredLayout
from sandbox.phrases import JOBS
from sandbox.rows.social import answer
from sandbox.tables import Row

if TYPE_CHECKING:
    from sandbox.changes import Tick

CONTACTS = {"salesforce": "contact", "hubspot": "contact", "shop": "customer"}
TICKETS = {"salesforce": "case", "hubspot": "ticket"}
DEALS = {"salesforce": "opportunity", "hubspot": "deal"}
# What hangs on a contact, and moves with it in a merge.
CHILDREN = {"salesforce": ("order", "opportunity", "case"), "hubspot": ("deal", "order", "ticket")}


def _anyone(row: Row) -> bool:
    return True


def order_placed(tick: "Tick") -> None:
    system = tick.dice.pick(("shop", "shop", "hubspot", "salesforce"))
    buyer = tick.some(system, CONTACTS[system], _anyone)
    if buyer is None:
        return
    person = tick.owner(system, buyer)
    tick.create(
        system,
        "order",
        person,
        status="placed",
        placed_at=tick.at,
        contact_ids=[buyer.id],
        is_refund=False,
        refund_of=None,
    )


def order_fulfilled(tick: "Tick") -> None:
    system = tick.dice.pick(tuple(CONTACTS))
    waiting = tick.some(system, "order", lambda row: row.values["status"] == "placed")
    if waiting is not None:
        tick.change(system, waiting, status="fulfilled")


def contact_edited(tick: "Tick") -> None:
    """Somebody moved, has a new phone, a new job, another mailbox, or changed their mind about mails."""
    system = tick.dice.pick(tuple(CONTACTS))
    contact = tick.some(system, CONTACTS[system], _anyone)
    if contact is None:
        return
    person = tick.world.crowd.person(tick.owner(system, contact))
    other = tick.world.crowd.home(tick.dice.below(tick.world.people) + 1_000_000_000)
    edits = (
        {"address": other.address},
        {"phones": [{"label": "mobile", "value": writing.phone(tick.dice, person.mobile, person.country)}]},
        {"job_title": tick.dice.pick(JOBS[person.country.language])},
        {"emails": list(dict.fromkeys([*contact.values["emails"], person.private_mail]))},
        {"marketing_consent": not contact.values["marketing_consent"]},
        {"given_name": person.given, "family_name": person.family},
    )
    _both(tick, system, contact, **tick.dice.pick(edits))


def _both(tick: "Tick", system: str, contact: Row, **values: object) -> None:
    """Change a contact and, when it is one, the person account of which it is the other half."""
    tick.change(system, contact, **values)
    account = _account_of(tick, contact)
    if account is not None:
        tick.change(system, account, **values)


def _account_of(tick: "Tick", contact: Row) -> Row | None:
    if not contact.values["is_person_account"]:
        return None
    return tick.world.table("salesforce", "account").get(contact.values["company_id"])


def contact_deleted(tick: "Tick") -> None:
    system = tick.dice.pick(("salesforce", "hubspot"))
    contact = tick.some(system, "contact", _anyone)
    if contact is None:
        return
    tick.delete(system, contact)
    account = _account_of(tick, contact)
    if account is not None:
        tick.delete(system, account)


def contacts_merged(tick: "Tick") -> None:
    """Two contacts of one person become one: Salesforce keeps one of them, HubSpot makes a third."""
    system = tick.dice.pick(("salesforce", "hubspot"))
    twice = tick.some(system, "contact", lambda row: len(_living(tick, system, row)) > 1, tries=200)
    if twice is None:
        return
    kept, lost = _living(tick, system, twice)[:2]
    if system == "salesforce":
        _merge_in_salesforce(tick, kept, lost)
    else:
        _merge_in_hubspot(tick, kept, lost)


def _living(tick: "Tick", system: str, contact: Row) -> list[Row]:
    rows = tick.rows_of(system, "contact", tick.owner(system, contact))
    return [row for row in rows if not row.deleted]


def _merge_in_salesforce(tick: "Tick", kept: Row, lost: Row) -> None:
    tick.change("salesforce", kept)
    tick.delete("salesforce", lost, merged_into=kept.id)
    account, other = _account_of(tick, kept), _account_of(tick, lost)
    if account is not None and other is not None:
        tick.change("salesforce", account)
        tick.delete("salesforce", other, merged_into=account.id)
    for child in _children(tick, "salesforce", lost):
        ids = [kept.id if id == lost.id else id for id in child.values["contact_ids"]]
        companies = {"company_id": account.id, "company_ids": [account.id]} if account is not None else {}
        tick.change("salesforce", child, contact_ids=ids, **companies)


def _merge_in_hubspot(tick: "Tick", kept: Row, lost: Row) -> None:
    person = tick.owner("hubspot", kept)
    earlier = [*kept.values["merged_ids"], *lost.values["merged_ids"]]
    winner = tick.create("hubspot", "contact", person, **{**kept.values, "merged_ids": [*earlier, kept.id, lost.id]})
    for old in (kept, lost):
        tick.delete("hubspot", old, merged_into=winner.id)
        for child in _children(tick, "hubspot", old):
            ids = [winner.id if id == old.id else id for id in child.values["contact_ids"]]
            # HubSpot does not stamp a record whose associations changed.
            moved = replace(child, values={**child.values, "contact_ids": list(dict.fromkeys(ids))})
            tick.lay("hubspot", moved, person, "associated", ("contact_ids",))


def _children(tick: "Tick", system: str, contact: Row) -> list[Row]:
    person = tick.owner(system, contact)
    rows = [row for kind in CHILDREN[system] for row in tick.rows_of(system, kind, person)]
    return [row for row in rows if contact.id in row.values["contact_ids"]]


def ticket_opened(tick: "Tick") -> None:
    system = tick.dice.pick(tuple(TICKETS))
    contact = tick.some(system, "contact", _anyone)
    if contact is None:
        return
    person = tick.owner(system, contact)
    fresh = {"status": "new", "is_open": True, "opened_at": tick.at, "closed_at": None, "owner": None}
    tick.create(system, TICKETS[system], person, contact_ids=[contact.id], **fresh)


def ticket_closed(tick: "Tick") -> None:
    system = tick.dice.pick(tuple(TICKETS))
    waiting = tick.some(system, TICKETS[system], lambda row: row.values["is_open"])
    if waiting is not None:
        tick.change(system, waiting, status="closed", is_open=False, closed_at=tick.at)


def deal_won(tick: "Tick") -> None:
    system = tick.dice.pick(tuple(DEALS))
    hoped = tick.some(system, DEALS[system], lambda row: not row.values["is_closed"])
    if hoped is not None:
        won = tick.dice.chance(70)
        tick.change(system, hoped, stage="won" if won else "lost", is_closed=True, is_won=won, closes_at=tick.at)


def brand_mentioned(tick: "Tick") -> None:
    author = tick.some("x", "user", _anyone)
    if author is not None:
        tick.create("x", "mention", tick.owner("x", author))


def mention_answered(tick: "Tick") -> None:
    """The brand answers the newest mention that still waits."""
    table = tick.world.paged("x", "mention")
    replies = tick.world.paged("x", "reply")
    answered = {row.values["in_reply_to"] for row in replies.layer.rows.values()}
    for asked in table.newest(40):
        place = table.ids.find(table.layout, asked.id)
        if asked.deleted or asked.id in answered:
            continue
        if place is not None and place % 5 in AnsweredLayout.ANSWERED:
            continue
        seconds = int(tick.at.timestamp())
        id = replies.ids.new(replies.layout, seconds, replies.layer.added)
        tick.lay("x", answer(tick.world, asked, id, seconds), None, "created")
        return


def mention_deleted(tick: "Tick") -> None:
    regretted = tick.some("x", "mention", _anyone)
    if regretted is not None:
        tick.delete("x", regretted)


# Each with its part of a hundred.
SHARES = (
    (30, order_placed),
    (6, order_fulfilled),
    (20, contact_edited),
    (3, contact_deleted),
    (5, contacts_merged),
    (10, ticket_opened),
    (8, ticket_closed),
    (6, deal_won),
    (6, brand_mentioned),
    (5, mention_answered),
    (1, mention_deleted),
)
HAPPENINGS = tuple(happening for share, happening in SHARES for _ in range(share))
