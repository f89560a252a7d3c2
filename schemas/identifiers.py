"""Identifiers: the handles by which a person is known, written one way.

An e-mail, a phone number, a social user id and an id in another system come in
many spellings. They are normalised here, once, so that two spellings of the same
handle are equal everywhere after. What cannot be read is kept and shown, but it
never matches anything.

The policy on e-mail: case never tells two mailboxes apart, and neither does the
spelling of the domain (Unicode or Punycode). At Gmail dots and plus tags don't
either, because Google says so. Elsewhere a plus tag is part of the address: some
hosts give each tag to another person, and a missed match is cheaper than a wrong one.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email

IdentifierKind = Literal["email", "phone", "social", "handle", "external"]

KINDS: tuple[IdentifierKind, ...] = ("email", "phone", "social", "handle", "external")

LONGEST = 512

# Google: dots and everything after a plus don't matter (support.google.com/mail/answer/7436150).
GMAIL = frozenset({"gmail.com", "googlemail.com"})

# How nearly all addresses are written. Their local part is right in any domain that is right.
PLAIN_EMAIL = re.compile(r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
# Longer ones may be too long, in one of several ways.
LONGEST_PLAIN = 64

# A Salesforce id: three letters of object prefix and so on, 15 case-sensitive characters.
SALESFORCE_ID = re.compile(r"[0-9A-Za-z]{15}")
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One handle of a person.

    `value` is the normalised form, equal for every spelling of the same handle;
    `shown` is how the source wrote it. `valid` is False when it could not be read:
    then `value` is the source's text and it must not be matched.
    `verified` says that the source vouches for it (a confirmed mailbox, a login).
    """

    kind: IdentifierKind
    value: str
    shown: str
    valid: bool = True
    verified: bool = False
    label: str | None = None


def email(text: str) -> str | None:
    """The normalised address, or None when it isn't one."""
    plain = PLAIN_EMAIL.fullmatch(text)
    if plain and len(text) <= LONGEST_PLAIN:
        domain = _domain(plain[2].lower())
        return domain and _mailbox(plain[1].lower(), domain)
    try:
        parsed = validate_email(_clean(text), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    # Not casefold, which takes ß for ss: those are two mailboxes.
    local = unicodedata.normalize("NFKC", parsed.local_part).lower()
    return _mailbox(local, (parsed.ascii_domain or parsed.domain).lower())


def _mailbox(local: str, domain: str) -> str | None:
    if domain in GMAIL:
        local, domain = local.partition("+")[0].replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local else None


@lru_cache(maxsize=65_536)
def _domain(text: str) -> str | None:
    """The normalised domain, or None when no address can have it. Millions of addresses share a few thousand."""
    try:
        parsed = validate_email(f"x@{text}", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return (parsed.ascii_domain or parsed.domain).lower()


@lru_cache(maxsize=65_536)
def phone(text: str, region: str | None = None) -> str | None:
    """The number as E.164, with `;ext=` behind it when an extension was given (RFC 3966).

    `region` (ISO 3166 alpha-2) reads a number that has no country code. None when the
    text is no possible number, or when it is local and no region is known.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text.lower().startswith("tel:"):
        text = text[4:]
    for attempt in _phone_spellings(text, region):
        try:
            parsed = phonenumbers.parse(attempt, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            return f"{number};ext={parsed.extension}" if parsed.extension else number
    return None


def _phone_spellings(text: str, region: str | None) -> list[str]:
    # A form or a URL turns "+44 20 …" into " 44 20 …": the plus arrives as a space and is stripped
    # with it. The local reading comes first, so that a region's own numbers keep their meaning.
    digits = re.sub(r"\D", "", text)
    if text.startswith("00"):
        # The international prefix of most countries, dialled from one that may have another.
        return [text, "+" + text[2:]] if region else ["+" + text[2:]]
    if text.startswith("+") or not 8 <= len(digits) <= 15 or digits.startswith("0"):
        return [text]
    return [text, "+" + text] if region else ["+" + text]


def social(platform: str, user_id: str) -> str | None:
    """`platform:user_id`. The numeric id is the identity; a handle can be given away and taken by another."""
    user_id = user_id.strip()
    return f"{platform.strip().lower()}:{user_id}" if user_id else None


def handle(platform: str, name: str) -> str | None:
    """`platform:name` without the @, in lower case. A label to search by, never a reason to link."""
    name = unicodedata.normalize("NFKC", name).strip().lstrip("@").casefold()
    return f"{platform.strip().lower()}:{name}" if name else None


def handle_of(identifier: Identifier | None) -> Identifier | None:
    """The handle that labels a social id, as an identifier to search by; None when it has none."""
    if identifier is None or identifier.kind != "social" or not identifier.label:
        return None
    value = handle(identifier.value.partition(":")[0], identifier.label)
    return Identifier(kind="handle", value=value, shown=identifier.label) if value else None


def external(source: str, external_id: str) -> str | None:
    """`source:id`, the id verbatim: case tells ids apart in many systems."""
    return f"{source}:{external_id.strip()}" if external_id.strip() else None


def salesforce_id(text: str) -> str:
    """The 18-character form of a Salesforce id, in its exact case; other text unchanged.

    The three characters added say which of the 15 are capitals, so that tools which
    ignore case can still tell two ids apart.
    """
    text = text.strip()
    if not SALESFORCE_ID.fullmatch(text):
        return text
    return text + "".join(
        CHECKSUM[sum(1 << place for place, letter in enumerate(text[start : start + 5]) if letter.isupper())]
        for start in (0, 5, 10)
    )


def normalise(told: Mapping[str, Any], region: str | None = None) -> Identifier | None:
    """What an adapter told of a handle, as an Identifier; None when nothing was told.

    Shapes: `{"kind": "email" | "phone", "value"}`, `{"kind": "social", "platform", "user_id", "handle"?}`,
    `{"kind": "handle", "platform", "value"}`, `{"kind": "external", "source", "value"}`; each may have
    `verified` and `label`.
    """
    kind = told["kind"]
    shown = str(told.get("user_id" if kind == "social" else "value") or "").strip()
    if not shown:
        return None
    if kind == "email":
        value = email(shown)
    elif kind == "phone":
        value = phone(shown, region)
    elif kind == "social":
        value = social(told["platform"], shown)
    elif kind == "handle":
        value = handle(told["platform"], shown)
    else:
        value = external(told["source"], shown)
    label = told.get("handle") or told.get("label")
    return Identifier(
        kind=kind,
        value=value or shown,
        shown=shown,
        valid=value is not None,
        verified=bool(told.get("verified")),
        label=label.lstrip("@") if kind == "social" and label else label,
    )


def _clean(text: str) -> str:
    # Nothing longer is an address, and reading it would take long.
    text = unicodedata.normalize("NFKC", text[:LONGEST])
    # Spread-sheets and web forms leave no-break and zero-width characters around addresses.
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()
    # As a mail program writes it: `Anna Example <anna@example.com>`.
    named = re.fullmatch(r"[^<>]*<([^<>]+)>", text)
    text = named[1].strip() if named else text
    if text.lower().startswith("mailto:"):
        text = text[7:].partition("?")[0]
    # The root of the domain names, which nobody writes.
    return text.removesuffix(".")
