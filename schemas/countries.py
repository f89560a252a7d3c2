"""Countries as people write them: a name in any of many languages, or a code, as ISO 3166 alpha-2.

CRM fields hold free text ("Germany", "Deutschland", "UK"). The names come with the
phone metadata, which we need anyway.
"""

from functools import lru_cache
from types import MappingProxyType

from phonenumbers.geodata.locale import LOCALE_DATA

# What people write besides a country's own name. England and its neighbours are one country to ISO.
ALSO = MappingProxyType(
    {
        "uk": "GB",
        "great britain": "GB",
        "england": "GB",
        "scotland": "GB",
        "wales": "GB",
        "northern ireland": "GB",
        "usa": "US",
        "u.s.": "US",
        "u.s.a.": "US",
        "united states of america": "US",
        "holland": "NL",
        "the netherlands": "NL",
        "czechia": "CZ",
        "eire": "IE",
        "korea": "KR",
        "russian federation": "RU",
        "viet nam": "VN",
        "brasil": "BR",
    }
)


def country(text: str | None) -> str | None:
    """The code of the country that is meant, or None when nobody can tell."""
    named = (text or "").strip()
    if named.casefold() in ALSO:
        return ALSO[named.casefold()]
    if named.upper() in LOCALE_DATA:
        return named.upper()
    return _names().get(named.casefold())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    meant: dict[str, set[str]] = {}
    for code, names in LOCALE_DATA.items():
        for name in names.values():
            # "*de" says that this language writes the name as German does.
            if not name.startswith("*"):
                meant.setdefault(name.casefold(), set()).add(code)
    return {name: codes.pop() for name, codes in meant.items() if len(codes) == 1}
