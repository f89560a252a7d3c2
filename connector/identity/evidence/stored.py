"""Evidence of the store's records: who of them can be a person, and what they say of it.

A contact is one. So is a guest: an order, deal, ticket or mention that has handles and no
contact. A contact that is gone is nobody by itself, and may be an id of somebody's.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connector.identity.blocklist import NO_IDS
from connector.identity.evidence.record import PROFILE, Evidence, Told, former, read
from connector.store import json
from connector.store.evidence import CONTACT, Handle, Said
from connector.store.pins import key_of
from connector.store.rows import MERGED

# Labels of the address under which a source knows a contact first; one without a label is its only one.
PRIMARY = frozenset({"", "primary", "main", "email", "default"})


def evidence_of(said: Said) -> Evidence:
    """The evidence of a record that can be a person."""
    key = key_of(said.source, said.kind, said.external_id)
    if said.deleted:
        return former(key, said.source, said.merged_into and key_of(said.source, CONTACT, said.merged_into))
    body: Mapping[str, Any] = json.load(said.body) if said.kind == CONTACT else {}
    address = body.get("address") or {}
    told: dict[str, list[Handle]] = {}
    for one in said.handles:
        told.setdefault(one.kind, []).append(one)
    phones = [(one.value, _is_whole(one)) for one in told.get("phone", ())]
    return read(
        Told(
            key=key,
            source=said.source,
            kind=PROFILE if said.kind == CONTACT and _is_profile(said) else said.kind,
            given_name=body.get("given_name"),
            family_name=body.get("family_name"),
            full_name=body.get("name"),
            suffix=body.get("suffix"),
            company=body.get("company_name"),
            birth_date=body.get("birth_date"),
            national_id=body.get("national_id"),
            street=address.get("street"),
            city=address.get("city"),
            postcode=address.get("postcode"),
            country=address.get("country"),
            emails=[one.value for one in sorted(told.get("email", ()), key=_by_rank) if one.valid],
            # What is no whole number may be a local one.
            phones=sorted(value for value, is_whole in phones if not is_whole),
            numbers=sorted(value for value, is_whole in phones if is_whole),
            handles=sorted(_accounts(said), key=repr),
            links=sorted(_links(said, told.get("external", ()))),
            merged_from=[key_of(said.source, CONTACT, old) for old in sorted(body.get("merged_from") or ())],
        )
    )


def _is_profile(said: Said) -> bool:
    """Whether all that is known of them is an account: then their name is what they like to be called."""
    return bool(said.handles) and all(one.kind in ("social", "handle") for one in said.handles)


def _is_whole(phone: Handle) -> bool:
    """Whether it is a number in E.164."""
    return phone.valid and phone.value.startswith("+")


def _by_rank(handle: Handle) -> tuple[bool, str]:
    return (handle.label or "").lower() not in PRIMARY, handle.value


def _accounts(said: Said) -> Iterator[tuple[str, str | None, str | None]]:
    for one in said.handles:
        platform, _, told = one.value.partition(":")
        if one.valid and one.kind == "social":
            yield platform, one.label, told
        elif one.valid and one.kind == "handle":
            yield platform, told, None


def _links(said: Said, named: Iterable[Handle]) -> Iterable[str]:
    """The contacts of other systems (and the other half of this one's) that the record says it is."""
    for one in named:
        source, _, external_id = one.value.partition(":")
        own = source == said.source and external_id == said.external_id
        if one.valid and one.label != MERGED and not own and external_id.strip().lower() not in NO_IDS:
            yield key_of(source, CONTACT, external_id)
