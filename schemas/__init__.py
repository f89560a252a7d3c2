"""The language that every part speaks: identifiers, records, profiles. Imports nothing of ours."""

from schemas.identifiers import Identifier
from schemas.records import (
    SCHEMAS,
    CompanySchema,
    ContactSchema,
    DealSchema,
    MentionSchema,
    OrderSchema,
    ProductSchema,
    Record,
    TicketSchema,
    TombstoneSchema,
)

__all__ = [
    "SCHEMAS",
    "CompanySchema",
    "ContactSchema",
    "DealSchema",
    "Identifier",
    "MentionSchema",
    "OrderSchema",
    "ProductSchema",
    "Record",
    "TicketSchema",
    "TombstoneSchema",
]
