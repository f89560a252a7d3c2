"""Candidates: whom an identifier may mean when several have it, ranked, with the reasons.

They are told apart by no more than it takes: by name, and where names are alike by the next
field that differs. Nothing else of theirs is given away to somebody who has not chosen yet.
That an identifier is a household's or a switchboard's is said, for then its rank says little.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from connector.identity.evidence import handles, names
from connector.identity.evidence.record import Told, read
from connector.identity.linkage import Standings
from connector.identity.shelf import Shelf
from connector.identity.spelling import is_spelt
from connector.identity.standing import CLOSED, GENERIC, SHARED, Standing
from connector.identity.strictness import Strictness
from connector.store import profiles
from connector.store.holders import Holding
from schemas.identifiers import Identifier

# Candidates shown; who has more namesakes than that asks with another identifier.
MOST = 10

# Id, name, what else tells apart, sources and why.
Candidate = dict[str, Any]

NOUNS = {
    "email": "e-mail address",
    "phone": "phone number",
    "social": "account",
    "handle": "handle",
    "external": "id",
}


def ranked(
    connection: Connection, workspace: str, identifier: Identifier, holdings: Sequence[Holding]
) -> list[Candidate]:
    """Confirmed by a source first, then the exact form, then whose name the address spells, then known to most
    sources, then the one changed last.
    """
    documents = profiles.documents(connection, workspace, [holding.profile_id for holding in holdings])
    read_documents = {profile_id: orjson.loads(document) for profile_id, document in documents.items()}
    apart = told_apart([read_documents.get(holding.profile_id, {}) for holding in holdings])
    found = []
    for holding, told in zip(holdings, apart, strict=True):
        document = read_documents.get(holding.profile_id, {})
        records = document.get("records", [])
        spelt = _is_spelt_for(document, identifier)
        changed = max((record["updated_at"] or "" for record in records), default="")
        exact = identifier.value in holding.values
        rank = bool(holding.verified_by), exact, spelt, len(holding.sources), changed
        known_to = sorted({record["source"] for record in records} | holding.sources)
        reason = why(holding, identifier) + (", which spells this name" if spelt else "")
        candidate = {"id": holding.profile_id, **told, "sources": known_to, "why": reason}
        found.append((rank, holding.profile_id, candidate))
    found.sort(key=lambda one: one[1])
    found.sort(key=lambda one: one[0], reverse=True)
    return [candidate for _, _, candidate in found]


def shared(connection: Connection, workspace: str, identifier: Identifier, how: Strictness) -> dict[str, Any] | None:
    """Whose the identifier is, when it is no single person's: `kind`, how many `people` (None: nobody counts), `told`.

    `kind` is household, office, crowd, role, landline or namesakes. Counted are the first names of all who hold it;
    `how` says how many of them are an office.
    """
    evidence = read(Told(key="", **{f"{identifier.kind}s": [identifier.value]})) if identifier.kind in KINDS else None
    value = next(iter(evidence.values[1:]), None) if evidence else None
    if value is None:
        return None
    return _told(Standings(Shelf(connection, workspace), how)(value), identifier.kind)


KINDS = ("email", "phone")


def _told(standing: Standing, kind: str) -> dict[str, Any] | None:
    if standing.kind == SHARED:
        return {"kind": "household", "people": standing.people, "told": f"household of {standing.people}"}
    if standing.kind in (GENERIC, CLOSED):
        of = {"phone": "a switchboard or an office", "email": "an office's mailbox"}[kind]
        many = "so many that it says nothing of who it is" if standing.kind == CLOSED else "more than a household"
        return {"kind": "crowd" if standing.kind == CLOSED else "office", "people": None, "told": f"{of}, {many}"}
    if standing.namesakes:
        return {"kind": "namesakes", "people": 2, "told": "shared by people of one name"}
    if standing.role:
        return {"kind": "role", "people": None, "told": "a role's or a family's mailbox"}
    return {"kind": "landline", "people": None, "told": "a home's or an office's line"} if standing.landline else None


def _field(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda document: (document.get("fields", {}).get(name) or {}).get("value")


def _city(document: dict[str, Any]) -> Any:
    address = _field("address")(document)
    return address.get("city") if isinstance(address, dict) else None


def _year(document: dict[str, Any]) -> Any:
    return (_field("birth_date")(document) or "")[:4] or None


# What tells people apart, what gives least away first.
FIELDS = {"name": _field("name"), "company": _field("company"), "city": _city, "birth_year": _year}
# Of a candidate these two are always there, though empty.
ALWAYS = ("name", "company")


def told_apart(documents: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each, as many of the fields as it takes until nobody else is told alike."""
    told: list[dict[str, Any]] = [dict.fromkeys(ALWAYS) for _ in documents]
    seen: list[tuple[Any, ...]] = [() for _ in documents]
    for name, field in FIELDS.items():
        alike = Counter(seen)
        for place, document in enumerate(documents):
            if alike[seen[place]] > 1 or name == "name":
                told[place][name] = field(document)
        seen = [(*one, told[place].get(name)) for place, one in enumerate(seen)]
    return [{name: value for name, value in one.items() if value is not None or name in ALWAYS} for one in told]


def _is_spelt_for(document: dict[str, Any], identifier: Identifier) -> bool:
    """Whether the mailbox spells the given name that the profile has."""
    name = names.read(None, None, _field("name")(document))
    words = handles.spelt_in(identifier.value) if identifier.kind == "email" else ()
    return bool(words and len(name.first) > 1 and name.first in words and is_spelt(name, words))


def why(holding: Holding, identifier: Identifier) -> str:
    """Why it is a candidate, without the identifier's value."""
    noun, sources = NOUNS[identifier.kind], ", ".join(sorted(holding.sources))
    if identifier.kind == "phone" and identifier.value not in holding.values:
        return f"has this number with another extension, or none, in {sources}"
    if holding.verified_by:
        return f"has this {noun}, confirmed by {', '.join(sorted(holding.verified_by))}"
    return f"has this {noun} in {sources}"
