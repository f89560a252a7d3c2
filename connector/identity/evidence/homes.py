"""Homes: addresses, down to what tells one home from another: postcode, house number, flat, street."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from connector.identity.evidence.text import fold, skeleton, word

# What a flat is called, in front of its number. `no` is a house in Turkey.
FLATS = "|".join(
    """
    flat apt apartment unit suite ste room wohnung whg top app appt appartement piso puerta int interno m lok kv byt
    daire lgh dept depto apto apartamento lt
    """.split()  # noqa: SIM905
)
FLAT = re.compile(rf"\b(?:{FLATS})\s*(\d+\s?[a-z]?|[a-z])\b")
HASH = re.compile(r"#\s*(\d+\w?)")
# A letter may stand apart, but for the R of a rue.
HOUSE = re.compile(r"\b(\d+)(?:\s?([a-qs-z])(?![a-z0-9])|(r)(?![a-z0-9]))?")
ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
NO_NUMBER = re.compile(r"\b(?:nr|no|num|numero|n|number)\b\.?")
# Kinds of street, which are shortened, left out and mixed up.
KINDS = frozenset(
    word(each)
    for each in """
    st street str strasse rd road ave av avenue blvd boulevard dr drive ln lane ct court pl place sq square way ter
    terrace cl close cres crescent hwy highway pkwy parkway gdns gardens calle c via viale piazza corso rue allee chemin
    ul ulica al aleja pl plac os gatan gata vagen vag caddesi cad cd sokak sk bulvari bul laan straat weg plein platz
    odos leoforos rua avenida avda travessa praca the de la le del della di da do des du van of n s e w north south east
    west circuit cct pde parade strada bulevardul utca ut ulitsa prospekt pr iela gate vei r tie katu gasse
    """.split()  # noqa: SIM905
)
ENDINGS = re.compile(r"(?<=[a-z]{3})(strasse|str|straat|gatan|gata|g|vagen|weg|gasse|allee|platz|laan)$")


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

    @property
    def value(self) -> str:
        """By which those who live there are found."""
        return f"a:{self.place}|{self.house}"


# How alike two homes are. NEAR: the same place, and not known to be another home.
ELSEWHERE, MISSING, PLACE, NEAR, SAME = range(5)


@lru_cache(maxsize=16_384)
def read(
    street: str | None, postcode: str | None = None, city: str | None = None, country: str | None = None
) -> Home | None:
    """The home; None when nothing of it is told."""
    house, flat, words = _parts(street or "")
    code = re.sub(r"\W", "", (postcode or "").casefold())
    code = code if code.strip("0x") else ""
    town = fold(city or "").replace(" ", "")
    home = Home(
        country=(country or "").upper(), place=code or town, city=town, house=house, flat=flat, street=_street(words)
    )
    return home if home.place or home.street else None


def _parts(street: str) -> tuple[str, str, list[str]]:
    """House, flat and the words of the street."""
    line = re.sub(r"[,;/]", " ", street.casefold())
    hashed = HASH.search(line)
    # House numbers with letters stay together when folded; of 12-14 the first counts.
    folded = fold(re.sub(r"(\d)\s*[-–]\s*\d+", r"\1", HASH.sub(" ", line)))
    named = FLAT.search(folded)
    if named and named.start() == 0 and not HOUSE.search(folded, named.end()):
        named = None
    rest = NO_NUMBER.sub(" ", FLAT.sub(" ", folded, count=1) if named else folded)
    numbers = [found for found in HOUSE.finditer(rest) if not ORDINAL.match(rest[found.end() :])]
    house = numbers[0][1].lstrip("0") + (numbers[0][2] or numbers[0][3] or "") if numbers else ""
    # A second number is a flat's.
    told = named or hashed
    flat = told[1] if told else numbers[1][0] if len(numbers) > 1 else ""
    words = [word(each) for each in rest.split() if not each[0].isdigit() or re.match(r"\d+(st|nd|rd|th)", each)]
    return house, flat.replace(" ", ""), words


def _street(words: list[str]) -> str:
    kept = [ENDINGS.sub("", each) for each in words if each not in KINDS and len(each) > 1]
    return "".join(skeleton(each) for each in (kept or words))


@lru_cache(maxsize=16_384)
def likeness(left: Home | None, right: Home | None) -> int:
    """How alike two homes are."""
    if left is None or right is None:
        return MISSING
    if left.country and right.country and left.country != right.country:
        return ELSEWHERE
    here = left.place == right.place and bool(left.place)
    town = here or (left.city == right.city and bool(left.city))
    streets = _streets(left.street, right.street)
    other_flat = bool(left.flat and right.flat) and left.flat != right.flat
    if streets and here and not (left.house and right.house):
        # The street, and no number that says otherwise.
        return NEAR
    if not left.house or left.house != right.house or streets is False or other_flat:
        return PLACE if town else ELSEWHERE
    if town:
        return SAME if here and (streets or not left.street or not right.street) else NEAR
    # The postcode and the city are misspelt, or only one is told on each side.
    untold = not left.place or not right.place
    near = untold or _misspelt(left.place, right.place) or _misspelt(left.city, right.city)
    return NEAR if streets and near else ELSEWHERE


def _misspelt(left: str, right: str) -> bool:
    return min(len(left), len(right)) > 3 and OSA.distance(left, right, score_cutoff=2) <= 2


def _streets(left: str, right: str) -> bool | None:
    """Whether both are one street; None when one is not told."""
    if not left or not right:
        return None
    if left == right or (len(left) > 4 and len(right) > 4 and (left in right or right in left)):
        return True
    allowed = 1 if max(len(left), len(right)) < 6 else 2
    return OSA.distance(left, right, score_cutoff=allowed) <= allowed
