"""Days of birth: as written anywhere, with what clerks do to them.

Day and month are swapped by whoever reads the other country's form; a form that must be
filled is filled with its first choice. Such a default day is nobody's and says nothing.
"""

import re
from datetime import date
from functools import lru_cache

# What forms and imports fill in: the epochs of Unix, Excel, SQL Server and others, and ages that nobody has.
NEW_YEARS = (1753, 1900, 1901, 1904, 1950, 1960, 1970, 1980, 1990, 2000)
DEFAULTS = frozenset({(1899, 12, 30), (1899, 12, 31), (1911, 11, 11), *((year, 1, 1) for year in NEW_YEARS)})
MONTH_FIRST = ("US", "PH")
EARLIEST, LATEST = 1880, 2100

# How alike two days are.
CLASH, MISSING, SLIP, SWAPPED, SAME = range(5)

Day = tuple[int, int, int]


@lru_cache(maxsize=16_384)
def read(text: str | None, region: str | None = None) -> Day | None:
    """Year, month and day; None for what is no day, or a default. `region`: who writes the month first."""
    found = [int(each) for each in re.findall(r"\d+", (text or "").partition("T")[0].partition(" 0")[0])]
    if len(found) == 1 and len(re.sub(r"\D", "", text or "")) == 8:
        eight = re.sub(r"\D", "", text or "")
        found = [int(eight[:4]), int(eight[4:6]), int(eight[6:])]
    if len(found) != 3:
        return None
    year, month, day = found
    if found[2] > 31:
        year, month, day = (found[2], found[0], found[1]) if region in MONTH_FIRST else (found[2], found[1], found[0])
    if month > 12 >= day:
        month, day = day, month
    if not EARLIEST <= year <= LATEST or (year, month, day) in DEFAULTS:
        return None
    try:
        date(year, month, day)
    except ValueError:
        return None
    return year, month, day


@lru_cache(maxsize=16_384)
def likeness(left: Day | None, right: Day | None) -> int:
    """How alike two days are."""
    if left is None or right is None:
        return MISSING
    if left == right:
        return SAME
    if left[0] == right[0] and left[1:] == (right[2], right[1]):
        return SWAPPED
    return SLIP if _slip(left, right) else CLASH


def _slip(left: Day, right: Day) -> bool:
    """One digit is another, or two neighbours changed places."""
    one, other = (f"{each[0]:04}{each[1]:02}{each[2]:02}" for each in (left, right))
    differ = [place for place in range(8) if one[place] != other[place]]
    if len(differ) == 1:
        return True
    if len(differ) == 2 and differ[1] == differ[0] + 1:
        return one[differ[0]] == other[differ[1]] and one[differ[1]] == other[differ[0]]
    return False


def unswapped(day: Day) -> Day:
    """The same for a day and for the one with day and month swapped."""
    return (day[0], *sorted(day[1:]))
