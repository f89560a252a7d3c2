"""Tables: what one system of the world holds, page by page, at the cost of the page.

`world.table(system, kind)` gives a TableView; a vendor's app reads nothing else. Rows
have neutral names, the vendor's app writes them in the vendor's words. Nothing is kept:
a row is computed when it is asked for, unless a tick changed it.

Times are aware UTC datetimes of whole seconds, money is Decimal, days are "YYYY-MM-DD",
countries ISO 3166 alpha-2, languages ISO 639-1, currencies ISO 4217, and a value that the
system does not hold is None (or an empty list). The values by kind:

salesforce.contact, hubspot.contact
    given_name, family_name, suffix, emails [text, the primary first], phones [{label: "phone" | "mobile" | "home",
    value}], company_id, company_name, job_title, address, birth_date, language, marketing_consent (True, False or
    None for never asked), description, owner {external_id, name, email}, external_ids {system: id} (what this system
    says of another; not always right), social {user_id, handle} or None, merged_ids [ids that went into this one].
    Salesforce also: is_person_account; then company_id is the person account's id.
salesforce.account
    name, is_person_account, person_contact_id, domain, industry, phones, address, owner; a person account also has
    everything that its contact has.
hubspot.company
    name, domain, industry, phones, address, owner
salesforce.order, hubspot.order, shop.order
    number, placed_at, status ("draft" | "placed" | "fulfilled" | "cancelled"), is_refund, refund_of (an order's id),
    currency, total (negative for a refund), contact_ids, company_id, company_ids, email, name, phone (as typed at
    checkout), address, lines [{id, product_id, sku, name, quantity, unit_price, total}]. In the shop contact_ids are
    customers' ids, and a guest has none.
salesforce.opportunity, hubspot.deal
    name, stage ("new" | "qualified" | "proposal" | "won" | "lost"), amount, currency, is_closed, is_won, closes_at,
    contact_ids, company_id, company_ids, owner
salesforce.case, hubspot.ticket
    number, subject, text, status ("new" | "open" | "waiting" | "closed"), is_open, priority ("low" | "medium" |
    "high"), channel ("email" | "phone" | "web" | "social"), opened_at, closed_at, contact_ids, company_id,
    company_ids, email (as typed into the form), owner
x.user
    name, handle, description, location, url, followers_count, is_verified, is_protected
x.mention (a customer's post that names the brand), x.reply (the brand's own answer)
    text, posted_at, author_id, author_handle, conversation_id, in_reply_to (a post's id), in_reply_to_user_id,
    language. A reply is by `world.brand`, the Row of the brand's own user, who is not in the table.
shop.customer
    given_name, family_name, emails, phones, address, birth_date, language, marketing_consent
shop.product
    sku, name, category, price, currency, is_available

`address` is {street, city, region, postcode, country} or None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing as one system holds it. A deleted row keeps its values; a merged one also names its winner."""

    id: str
    kind: str
    modified: datetime
    created: datetime
    deleted: bool = False
    merged_into: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


class TableView(Protocol):
    """The rows of one kind in one system, ordered by (modified, id); deleted ones are among them.

    Ids are compared as text. Those of one kind have one length (X's users excepted: their ids grew over the
    years, and then the time decides), so that this is also their order as numbers.
    """

    def __len__(self) -> int:
        """How many rows there are, deleted ones included."""

    def after(self, modified: datetime | None, id: str = "", limit: int = 100) -> list[Row]:
        """The next rows strictly behind (modified, id); None begins at the oldest."""

    def get(self, id: str) -> Row | None:
        """The row of exactly this id (case matters), deleted or not."""

    def count_since(self, modified: datetime | None) -> int:
        """How many rows were modified at that time or later."""

    def newest(self, limit: int = 100, before_id: str | None = None) -> list[Row]:
        """The last rows, the newest first; with `before_id`, those strictly before that row.

        X's ids tell their time, so there `before_id` need not be the id of a row; elsewhere an unknown one brings [].
        """
