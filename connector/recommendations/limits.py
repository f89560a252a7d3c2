"""Limits: what the company set for when hints are silent, read from its settings and checked at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from connector.recommendations import products
from connector.recommendations.consent import OBJECTION
from connector.settings import Settings, SettingsError

DAY = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """As in docs/settings.md. Words are compared without case; days are microseconds here."""

    consent: str = OBJECTION
    complaint_types: frozenset[str] = frozenset({"complaint"})
    severe_priorities: frozenset[str] = frozenset({"high", "urgent", "critical"})
    low_satisfaction: float = 0.25
    satisfaction_span: int = 30 * DAY
    mention_span: int = 30 * DAY
    refund_span: int = 180 * DAY
    durable_categories: frozenset[str] = frozenset()
    least_margin: float = 0.0
    allowed_categories: frozenset[str] = frozenset()
    # Keys of products; None: no list was given.
    allowed_products: frozenset[str] | None = None
    most_shown: int = 5
    shown_span: int = 30 * DAY
    most_declined: int = 3
    declined_span: int = 90 * DAY


def of(settings: Settings) -> Limits:
    """The limits of these settings. Raises SettingsError when the file of allowed products cannot be read."""

    def said(name: str) -> object:
        return settings[f"recommendations.{name}"]

    return Limits(
        consent=said("consent"),
        complaint_types=words(said("complaint_types")),
        severe_priorities=words(said("severe_priorities")),
        low_satisfaction=said("low_satisfaction"),
        satisfaction_span=said("satisfaction_days") * DAY,
        mention_span=said("mention_days") * DAY,
        refund_span=said("refund_days") * DAY,
        durable_categories=words(said("durable_categories")),
        least_margin=said("least_margin"),
        allowed_categories=words(said("allowed_categories")),
        allowed_products=allowed(said("allowed_file")),
        most_shown=said("most_shown"),
        shown_span=said("shown_days") * DAY,
        most_declined=said("most_declined"),
        declined_span=said("declined_days") * DAY,
    )


def words(text: str) -> frozenset[str]:
    """What is separated by commas, without case."""
    return frozenset(word.strip().casefold() for word in text.split(",") if word.strip())


def named(text: str | None) -> Iterable[str]:
    """The words that a source puts in one field (`PRODUCT_ISSUE; COMPLAINT`), as `words` writes them."""
    return (word.strip().casefold() for word in (text or "").split(";"))


def allowed(file: str) -> frozenset[str] | None:
    """The products of a file with a SKU (else an id) on each line; None without a file."""
    if not file:
        return None
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"recommendations.allowed_file: cannot be read ({type(error).__name__})"]) from None
    return frozenset(found for line in lines if (found := products.key({"sku": line})))
