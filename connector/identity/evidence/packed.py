"""Packed evidence: how it is kept, and the digests under which records are found.

What is kept is what was read, so that the standing of a value can be told as it was before
its record changed. The values by which a record is found are derived from it again.
"""

from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from struct import pack as pack_bytes
from struct import unpack as unpack_bytes
from sys import intern

import orjson

from connector.identity.evidence import names
from connector.identity.evidence.homes import Home
from connector.identity.evidence.names import NOBODY
from connector.identity.evidence.record import Evidence, made

# Lists of texts, in the order in which they are packed.
LISTS = ("emails", "phones", "national_phones", "socials", "handles", "links", "merged")
_LISTS = attrgetter(*LISTS)
# What stands behind the digests of a guest's records: of the one that represents it, and of those that follow.
REPRESENTS, FOLLOWS = b"g", b"m"
_HOME = attrgetter("country", "place", "city", "house", "flat", "street")


def packed(evidence: Evidence) -> str:
    """The evidence as JSON. Equal evidence has equal texts."""
    name, home = evidence.name, evidence.home
    told = [
        evidence.key,
        evidence.kind,
        [name.given, name.family, name.suffix, name.script] if name else None,
        evidence.birth,
        _HOME(home) if home else None,
        evidence.national_id,
        evidence.company,
        *_LISTS(evidence),
    ]
    return orjson.dumps(told).decode()


@lru_cache(maxsize=16_384)
def unpacked(text: str) -> Evidence:
    """The evidence that `packed` wrote."""
    key, kind, name, birth, home, national_id, company, *lists = orjson.loads(text)
    parts = {
        "name": names.known(tuple(name[0]), tuple(name[1]), name[2], name[3]) if name else NOBODY,
        "birth": tuple(birth) if birth else None,
        "home": Home(*home) if home else None,
        "national_id": national_id,
        "company": company,
        # Most are empty.
        **{part: tuple(map(intern, told)) if told else () for part, told in zip(LISTS, lists, strict=True)},
    }
    return made(key, key.partition(":")[0], kind, parts)


def key_in(text: str) -> str:
    """The key of the evidence that `packed` wrote, without unpacking it."""
    key = text[2 : text.index('"', 2)]
    return orjson.loads(text)[0] if "\\" in key else key


@lru_cache(maxsize=16_384)
def digest(value: str) -> int:
    """What stands for the value where records are looked for: eight bytes, as a number that both databases hold."""
    return int.from_bytes(blake2b(value.encode(), digest_size=8).digest(), "big", signed=True)


def digests(evidence: Evidence) -> bytes:
    """The digests of all values of the record, in order."""
    found = sorted({digest(value) for value in evidence.values})
    return pack_bytes(f">{len(found)}q", *found)


def numbers(found_by: bytes) -> tuple[int, ...]:
    """The digests that `digests`, `represents` or `following` wrote."""
    return unpack_bytes(f">{len(found_by) // 8}q", found_by[: len(found_by) // 8 * 8])


def anonymous(text: str, key: str) -> str:
    """What `packed` wrote of the record with this key, without the key."""
    return text[1 + len(orjson.dumps(key).decode()) :]


def represents(evidence: Evidence, guest: int) -> bytes:
    """The digests of a record that stands for a guest, by whose number it is found, too."""
    return digests(evidence) + pack_bytes(">q", guest) + REPRESENTS


def following(guest: int) -> bytes:
    """The digest of a record that is a guest's as another is: it is found by no value, only as one of that guest's."""
    return pack_bytes(">q", ~guest) + FOLLOWS


def guest_of(found_by: bytes) -> int | None:
    """The number of the guest whose record is found by this; None: it is no guest's."""
    if len(found_by) % 8 == 0:
        return None
    number = numbers(found_by)[-1]
    return ~number if follows(found_by) else number


def follows(found_by: bytes) -> bool:
    """Whether the record follows another one, that stands for their guest."""
    return found_by.endswith(FOLLOWS) and len(found_by) % 8 == 1
