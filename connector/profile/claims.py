"""Claims: what each contact record says for the fields that a profile shows."""

from collections.abc import Collection, Mapping, Sequence

from connector.profile import survivorship
from connector.profile.survivorship import Claim
from connector.profile.things import Shown, Thing


def fields(
    contacts: Sequence[Thing],
    companies: Mapping[tuple[str, str], Thing],
    display_sources: Collection[str],
    preferences: Mapping[str, Sequence[str]],
) -> Shown:
    """The surviving claim of every field that anybody claims.

    `display_sources`: where names are chosen freely. `preferences`: the best sources of a field, best first.
    """
    claims: dict[str, list[Claim]] = {}
    for contact in contacts:
        for field, value in _told(contact, companies).items():
            claim = Claim(
                value=value,
                source=contact.source,
                external_id=contact.external_id,
                changed=contact.version,
                seen_at=contact.seen_at,
                is_display=contact.source in display_sources,
            )
            claims.setdefault(field, []).append(claim)
    return {
        field: survivorship.survive(field, claims[field], preferences.get(field, ()))
        for field in survivorship.FIELDS
        if field in claims
    }


def name_of(contact: Thing) -> str | None:
    """The name of one contact."""
    body = contact.body
    parts = (body.get("given_name"), body.get("family_name"), body.get("suffix"))
    return body.get("name") or " ".join(part for part in parts if part) or None


def _told(contact: Thing, companies: Mapping[tuple[str, str], Thing]) -> Shown:
    """What one contact says, field by field; what it leaves out is no claim."""
    body = contact.body
    company = companies.get((contact.source, body.get("company_id") or ""))
    owner, address = body.get("owner") or {}, body.get("address") or {}
    told = {
        "name": name_of(contact),
        "company": body.get("company_name") or (company.body.get("name") if company else None),
        "job_title": body.get("job_title"),
        "birth_date": body.get("birth_date"),
        "language": body.get("language"),
        "address": {name: part for name, part in address.items() if part} or None,
        "marketing_consent": body.get("marketing_consent"),
        "owner": {name: owner[name] for name in ("name", "email") if owner.get(name)} or None,
    }
    return {field: value for field, value in told.items() if value is not None}
