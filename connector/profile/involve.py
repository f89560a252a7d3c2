"""Whom to involve, and what is still open: nobody who waits is forgotten.

Open are tickets that are not closed, mentions that nobody answered and deals that are
neither won nor lost. Each says since when, the oldest first.
"""

from collections.abc import Iterable

from connector.profile.things import Shown, Thing, cut

MOST_PEOPLE = 5
TITLE = 120


def open_item(thing: Thing) -> Shown:
    """Something that waits, and since when. `basis` says whose time that is when the source tells no beginning."""
    since, basis = thing.since
    return {
        "kind": thing.kind,
        "title": cut(title(thing), TITLE),
        "since": since,
        "basis": basis,
        "source": thing.source,
        "external_id": thing.external_id,
        "url": cut(thing.body.get("url"), 300),
    }


def title(thing: Thing) -> str:
    """What people call it."""
    body = thing.body
    if thing.kind == "ticket":
        return body.get("subject") or f"Ticket {body.get('number') or thing.external_id}"
    if thing.kind == "mention":
        return body.get("text") or f"Post {thing.external_id}"
    if thing.kind == "order":
        word = "Refund" if body.get("is_refund") else "Order"
        return f"{word} {body.get('number') or thing.external_id}"
    return body.get("name") or f"{thing.kind.capitalize()} {thing.external_id}"


def unanswered(mentions: Iterable[Thing], replies: Iterable[Thing]) -> list[Thing]:
    """The mentions that none of our replies answers: neither directly, nor later in the same conversation."""
    answered = set()
    last_words: dict[tuple[str, str], int] = {}
    for reply in replies:
        answered.add((reply.source, reply.body.get("in_reply_to")))
        if conversation := reply.body.get("conversation_id"):
            talk = reply.source, conversation
            last_words[talk] = max(last_words.get(talk, 0), reply.happened_at or 0)
    return [
        mention
        for mention in mentions
        if (mention.source, mention.external_id) not in answered
        and last_words.get((mention.source, mention.body.get("conversation_id")), -1) < (mention.happened_at or 0)
    ]


def involve(tickets: Iterable[Thing], contacts: Iterable[Thing], deals: Iterable[Thing]) -> list[Shown]:
    """Colleagues to ask, each once with every reason: who works on an open ticket, looks after them, runs a deal."""
    people: dict[str, Shown] = {}
    for things, reason in (
        (tickets, lambda thing: f"works on the open ticket “{cut(title(thing), 60)}”"),
        (contacts, lambda thing: f"looks after this customer in {thing.source}"),
        (deals, lambda thing: f"runs the open deal “{cut(title(thing), 60)}”"),
    ):
        for thing in things:
            owner = thing.body.get("owner") or {}
            name, email = cut(owner.get("name"), 80), cut(owner.get("email"), 120)
            if name or email:
                known = people.setdefault((email or name).casefold(), {"name": name, "email": email, "why": []})
                if (why := reason(thing)) not in known["why"]:
                    known["why"].append(why)
    return [person | {"why": "; ".join(person["why"][:3])} for person in list(people.values())[:MOST_PEOPLE]]
