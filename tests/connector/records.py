"""Records for tests, as an adapter would bring them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.identifiers import Identifier
from schemas.records import Record

START = datetime(2026, 5, 1, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def email(value: str, **more: Any) -> Identifier:
    return Identifier(kind="email", value=value, shown=value, **more)


def handle(kind: str, value: str, **more: Any) -> Identifier:
    return Identifier(kind=kind, value=value, shown=value, **more)


def contact(external_id: str, *identifiers: Identifier, source: str = "crm", hours: float = 0, **body: Any) -> Record:
    return Record(
        source=source,
        stream="contacts",
        kind="contact",
        external_id=external_id,
        updated_at=at(hours),
        identifiers=identifiers,
        body=body,
        raw={"id": external_id},
    )


def gone(
    external_id: str, *, source: str = "crm", hours: float | None = 1, merged_into: str | None = None, **more: Any
) -> Record:
    return Record(
        source=source,
        stream=more.pop("stream", "contacts"),
        kind=more.pop("kind", "contact"),
        external_id=external_id,
        updated_at=None if hours is None else at(hours),
        deleted=True,
        reason="merged" if merged_into else "deleted",
        merged_into=merged_into,
        raw={"id": external_id},
    )


def order(
    external_id: str,
    *identifiers: Identifier,
    contacts: tuple[str, ...] = (),
    source: str = "crm",
    hours: float = 0,
    kind: str = "order",
    **body: Any,
) -> Record:
    return Record(
        source=source,
        stream=kind + "s",
        kind=kind,
        external_id=external_id,
        updated_at=at(hours),
        happened_at=at(hours),
        identifiers=identifiers,
        contact_ids=contacts,
        body=body or {"currency": "EUR", "total": "10.00"},
        raw={"id": external_id},
    )
