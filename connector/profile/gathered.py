"""Gather: the rows of the store, sorted into one draft per profile."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from connector.identity.explained import PINNED, PINNED_WHY
from connector.identity.pins import LINK
from connector.identity.shown import shown_value
from connector.identity.verdict import WHY
from connector.profile import possible
from connector.profile.build import Draft
from connector.profile.hints import Nobody, Notes
from connector.profile.things import Shown, Thing, cut
from connector.store import gather, json, pins
from connector.store.gather import Key


def drafts(
    connection: Connection, workspace: str, profile_ids: Sequence[str], notes: Callable[[], Notes] = Nobody
) -> dict[str, Draft]:
    """A draft of each profile, with all that belongs to it; `notes` makes what takes notes of one for hints."""
    found = {profile_id: Draft(profile_id, notes()) for profile_id in profile_ids}
    contacts = gather.contacts(connection, workspace, profile_ids)
    for profile_id, rows in contacts.items():
        found[profile_id].contacts += [thing(row) for row in rows if not row.deleted]
        found[profile_id].aliases += [(row.source, row.external_id) for row in rows if row.deleted]
    for handle in gather.handles(connection, workspace, profile_ids):
        found[handle.profile_id].handles.append(handle)
    _things(connection, workspace, found, contacts)
    _links(connection, workspace, found, contacts)
    possible.add(connection, workspace, found)
    _companies(connection, workspace, found)
    _answers(connection, workspace, found)
    return found


def thing(row: Any) -> Thing:
    """A row (`gather.WANTED`) as a thing."""
    _, source, kind, external_id, version, happened_at, seen_at, body = row[:8]
    return Thing(source, kind, external_id, version, happened_at, seen_at, json.load(body))


def _things(
    connection: Connection, workspace: str, found: Mapping[str, Draft], contacts: Mapping[str, Sequence[Any]]
) -> None:
    """What hangs on the contacts, and what guests left; each once per profile."""
    for handed in gather.guests(connection, workspace, list(found)):
        draft = found[handed.profile_ids[0]]
        draft.has_guests = True
        draft.add(thing(handed.row))
    owners, crowded = _owners(contacts)
    seen: set[tuple[str, int]] = set()
    for handed in gather.activities(connection, workspace, owners):
        one = thing(handed.row)
        for profile_id in handed.profile_ids:
            if (profile_id, one.source) in crowded:
                if (profile_id, handed.row.id) in seen:
                    continue
                seen.add((profile_id, handed.row.id))
            found[profile_id].add(one)


def _owners(contacts: Mapping[str, Sequence[Any]]) -> tuple[dict[Key, tuple[str, ...]], set[tuple[str, str]]]:
    """Each contact's profile; and which profile has several contacts in which source, on which one thing may hang."""
    owners: dict[Key, tuple[str, ...]] = {}
    sources: dict[tuple[str, str], int] = {}
    for profile_id, rows in contacts.items():
        for row in rows:
            owners[row.source, row.external_id] = (profile_id,)
            sources[profile_id, row.source] = sources.get((profile_id, row.source), 0) + 1
    return owners, {place for place, count in sources.items() if count > 1}


def _links(
    connection: Connection, workspace: str, found: Mapping[str, Draft], contacts: Mapping[str, Sequence[Any]]
) -> None:
    known = {row.id: (profile_id, row) for profile_id, rows in contacts.items() if len(rows) > 1 for row in rows}
    if not known:
        return
    pinned = _pinned(connection, workspace, known)
    for link in gather.links_between(connection, list(known)):
        (profile_id, left), (other_id, right) = known[link.left_id], known[link.right_id]
        # A rule may join two whom something stronger keeps apart.
        if profile_id == other_id and frozenset((link.left_id, link.right_id)) not in pinned:
            found[profile_id].links.append(link_shown(link.rule, link.value, left, right))
    for ends in pinned:
        (profile_id, left), (_, right) = (known[end] for end in ends)
        found[profile_id].links.append(link_shown(PINNED, "", left, right))


def _pinned(connection: Connection, workspace: str, known: Mapping[int, tuple[str, Any]]) -> set[frozenset[int]]:
    """The two records of each pair that a person joined."""
    if not pins.any_of(connection, workspace):
        return set()
    ids = {pins.key_of(row.source, row.kind, row.external_id): row.id for _, row in known.values()}
    told = pins.on(connection, workspace, ids)
    return {
        frozenset((ids[pin.left], ids[pin.right]))
        for pin in told
        if pin.what == LINK and pin.left in ids and pin.right in ids
    }


def link_shown(rule: str, value: str, left: Any, right: Any) -> Shown:
    """Why two records are one person."""
    # Not as they are stored, which is as they arrived.
    ends = sorted([(left.source, left.external_id), (right.source, right.external_id)])
    first, second = ({"source": source, "external_id": external_id} for source, external_id in ends)
    kind, shown = shown_value(value)
    return {
        "left": first,
        "right": second,
        "rule": rule,
        "why": PINNED_WHY if rule == PINNED else WHY.get(rule, rule),
        "evidence": {"kind": kind, "shown": cut(shown, 120)},
    }


def _companies(connection: Connection, workspace: str, found: Mapping[str, Draft]) -> None:
    wanted: dict[Key, list[Draft]] = {}
    for draft in found.values():
        for contact in draft.contacts:
            if company_id := contact.body.get("company_id"):
                wanted.setdefault((contact.source, company_id), []).append(draft)
    for key, row in gather.companies(connection, workspace, wanted).items() if wanted else ():
        company = thing(row)
        for draft in wanted[key]:
            draft.companies[key] = company


def _answers(connection: Connection, workspace: str, found: Mapping[str, Draft]) -> None:
    """What the brand answered to the mentions, also where the answer hangs on nobody."""
    asked: dict[Key, list[Draft]] = {}
    for draft in found.values():
        for mention in draft.mentions:
            asked.setdefault((mention.source, mention.external_id), []).append(draft)
    for key, row in gather.answers(connection, workspace, asked) if asked else ():
        answer = thing(row)
        for draft in asked[key] if answer.body.get("is_ours") else ():
            draft.replies.append(answer)


def handles_of(draft: Draft) -> frozenset[tuple[str, str]]:
    """By what the profile can be found: its readable handles, and its contacts' own ids, former ones too."""
    own = [(contact.source, contact.external_id) for contact in draft.contacts] + draft.aliases
    told = {(handle.kind, handle.value) for handle in draft.handles if handle.valid}
    return frozenset(told | {("external", f"{source}:{external_id}") for source, external_id in own})
