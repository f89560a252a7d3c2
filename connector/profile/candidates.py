"""Candidates: whom an identifier may mean when several have it, ranked, with the reasons.

They are told apart by name, company and the systems that know them; nothing else of
theirs is given away to somebody who has not chosen yet.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from connector.store import profiles
from connector.store.holders import Holding
from schemas.identifiers import Identifier

# Candidates shown; who has more namesakes than that asks with another identifier.
MOST = 10

# Id, name, company, sources and why.
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
    """Confirmed by a source first, then the exact form, then known to most sources, then the one changed last."""
    documents = profiles.documents(connection, workspace, [holding.profile_id for holding in holdings])
    found = []
    for holding in holdings:
        document = orjson.loads(documents.get(holding.profile_id, b"{}"))
        records = document.get("records", [])
        changed = max((record["updated_at"] or "" for record in records), default="")
        rank = (
            bool(holding.verified_by),
            identifier.value in holding.values,
            len(holding.sources),
            changed,
        )
        found.append((rank, holding.profile_id, _candidate(holding, document, identifier)))
    found.sort(key=lambda one: one[1])
    found.sort(key=lambda one: one[0], reverse=True)
    return [candidate for _, _, candidate in found]


def _candidate(holding: Holding, document: dict[str, Any], identifier: Identifier) -> Candidate:
    fields = document.get("fields", {})
    known_to = {record["source"] for record in document.get("records", [])} | holding.sources
    return {
        "id": holding.profile_id,
        "name": fields.get("name", {}).get("value"),
        "company": fields.get("company", {}).get("value"),
        "sources": sorted(known_to),
        "why": why(holding, identifier),
    }


def why(holding: Holding, identifier: Identifier) -> str:
    """Why it is a candidate, without the identifier's value."""
    noun, sources = NOUNS[identifier.kind], ", ".join(sorted(holding.sources))
    if identifier.kind == "phone" and identifier.value not in holding.values:
        return f"has this number with another extension, or none, in {sources}"
    if holding.verified_by:
        return f"has this {noun}, confirmed by {', '.join(sorted(holding.verified_by))}"
    return f"has this {noun} in {sources}"
