"""Homes: addresses, down to what tells one home from another: postcode, house number, flat, street."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from connector.identity.evidence.text import fold, skeleton, word

# What a flat is called, in front of its number. `no` is a house in Turkey.
FLATS = r"flat|apt|apartment|unit|suite|ste|room|wohnung|whg|top|app|appt|appartement|piso|puerta|int|interno|m|lok|kv|byt|daire|lgh|dept|depto|apto|apartamento|lt"
FLAT = re.compile(rf"\b(?:{FLATS})\s*(\d+\s?[a-z]?|[a-z])\b")
HASH = re.compile(r"#\s*(\d+\w?)")
HOUSE = re.compile(r"\b(\d+)\s?([a-z](?![a-z0-9]))?")
NO_NUMBER = re.compile(r"\b(?:nr|no|num|numero|n|number)\b\.?")
# Kinds of street, which are shortened, left out and mixed up.
KINDS = frozenset(
    """
    st street str strasse rd road ave av avenue blvd boulevard dr drive ln lane ct court pl place sq square way ter
    terrace cl close cres crescent hwy highway pkwy parkway gdns gardens calle c via viale piazza corso rue allee chemin
    ul ulica al aleja pl plac os gatan gata vagen vag caddesi cad cd sokak sk bulvari bul laan straat weg plein platz
    odos leoforos rua avenida avda travessa praca the de la le del della di da do des du van of n s e w north south east
    west circuit cct pde parade
    """.split()  # noqa: SIM905
)
ENDINGS = re.compile(r"(?<=[a-z]{3})(strasse|str|straat|gatan|vagen|weg|gasse|allee|platz|laan)$")


@dataclass(frozen=True, slots=True)
class Home:
    """`place` is the postcode, else the city. `street` is the skeleton of its name; `house` has its letter."""

    country: str = ""
    place: str = ""
    city: str = ""
    house: str = ""
    flat: str = ""
    street: str = ""

    @property
    def is_whole(self) -> bool:
        return bool(self.place and self.house)


# How alike two homes are. NEAR: the same place, and not known to be another home.
ELSEWHERE, MISSING, PLACE, NEAR, SAME = range(5)


@lru_cache(maxsize=65_536)
def read(
    street: str | None, postcode: str | None = None, city: str | None = None, country: str | None = None
) -> Home | None:
    """The home; None when nothing of it is told."""
    line = re.sub(r"[,;/]", " ", (street or "").casefold())
    hashed = HASH.search(line)
    # House numbers with letters stay together when folded: 12b, 12-14.
    folded = fold(re.sub(r"(\d)\s*[-–]\s*\d+", r"\1", HASH.sub(" ", line)))
    flat = FLAT.search(folded)
    if flat and flat.start() == 0 and not HOUSE.search(folded, flat.end()):
        flat = None
    rest = FLAT.sub(" ", folded, count=1) if flat else folded
    rest = NO_NUMBER.sub(" ", rest)
    numbers = [found for found in HOUSE.finditer(rest) if not re.match(r"(?:st|nd|rd|th)\b", rest[found.end() :])]
    house = numbers[0] if numbers else None
    if house and len(numbers) > 1 and not flat:
        flat_number = numbers[1][0].replace(" ", "")
    else:
        flat_number = ""
    words = [word(each) for each in rest.split() if not each[0].isdigit() or re.match(r"\d+(st|nd|rd|th)", each)]
    code = re.sub(r"\W", "", (postcode or "").casefold())
    code = "" if not code.strip("0x") else code
    town = fold(city or "").replace(" ", "")
    home = Home(
        country=(country or "").upper(),
        place=code or town,
        city=town,
        house=(house[1].lstrip("0") + (house[2] or "")) if house else "",
        flat=(flat[1] if flat else hashed[1] if hashed else flat_number).replace(" ", ""),
        street=_street(words),
    )
    return home if home.place or home.street else None


def _street(words: list[str]) -> str:
    kept = [ENDINGS.sub("", each) for each in words if each not in KINDS and len(each) > 1]
    return "".join(skeleton(each) for each in (kept or words))


@lru_cache(maxsize=131_072)
def likeness(left: Home | None, right: Home | None) -> int:
    """How alike two homes are."""
    if left is None or right is None:
        return MISSING
    if left.country and right.country and left.country != right.country:
        return ELSEWHERE
    here = left.place == right.place and bool(left.place)
    same_city = bool(left.city) and left.city == right.city
    streets = _streets(left.street, right.street)
    if left.house and left.house == right.house and (here or same_city):
        if streets is False or (left.flat and right.flat and left.flat != right.flat):
            return PLACE
        return SAME if here and (streets or not left.street or not right.street) else NEAR
    if left.house and left.house == right.house and streets and left.street:
        # The postcode or the city is misspelt.
        return NEAR
    if not (left.house and right.house) and (here or same_city):
        return PLACE
    return PLACE if here or same_city else ELSEWHERE


def _streets(left: str, right: str) -> bool | None:
    """Whether both are one street; None when one is not told."""
    if not left or not right:
        return None
    if left == right or (len(left) > 4 and len(right) > 4 and (left in right or right in left)):
        return True
    allowed = 1 if max(len(left), len(right)) < 6 else 2
    return OSA.distance(left, right, score_cutoff=allowed) <= allowed
