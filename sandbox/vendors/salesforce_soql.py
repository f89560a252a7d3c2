"""SOQL, as far as a client that reads records needs it: text in, a Query out.

Fields, parents (`Account.Name`), one level of sub-selects, COUNT(), WHERE with AND, OR, NOT,
parentheses and the usual comparisons, ORDER BY, LIMIT and OFFSET. What Salesforce refuses is
refused here too: AND beside OR without parentheses, a quoted date, an unknown word.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NoReturn

TOKEN = re.compile(
    r"""\s*(?:
      (?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<day>\d{4}-\d\d-\d\d)
    | (?P<number>[+-]?\d+(?:\.\d+)?)
    | (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<word>[A-Za-z][\w.]*)
    | (?P<sign><=|>=|!=|<>|[=<>(),])
    )""",
    re.VERBOSE,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
OPERATORS = {"=", "!=", "<", "<=", ">", ">=", "LIKE", "IN", "NOT IN"}


class MalformedError(ValueError):
    """The text is no SOQL."""


@dataclass(frozen=True, slots=True)
class Is:
    """A comparison of one field. `value` is a tuple for IN."""

    field: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts (`AND`), or any of them."""

    parts: tuple[Any, ...]
    all: bool


@dataclass(frozen=True, slots=True)
class Not:
    part: Any


Condition = Is | Both | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`fields` has the paths, and a Query for each sub-select. `order` has (field, is descending)."""

    fields: tuple["str | Query", ...]
    source: str
    where: Condition | None = None
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    offset: int = 0
    is_count: bool = False


def parse(text: str) -> Query:
    """The query. Raises MalformedError."""
    reader = _Reader(text)
    query = reader.query()
    if reader.kind != "end":
        reader.unexpected()
    return query


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.place = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.place][0]

    @property
    def word(self) -> str:
        return self.tokens[self.place][1]

    def unexpected(self) -> NoReturn:
        raise MalformedError(f"unexpected token: '{self.word}'" if self.word else "unexpected end of query")

    def take(self) -> tuple[str, str]:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def skips(self, *words: str) -> bool:
        """Whether these words come next; then they are behind us."""
        ahead = [text.upper() for _, text in self.tokens[self.place : self.place + len(words)]]
        if ahead != list(words):
            return False
        self.place += len(words)
        return True

    def expect(self, *words: str) -> None:
        if not self.skips(*words):
            self.unexpected()

    def name(self) -> str:
        if self.kind != "word":
            self.unexpected()
        return self.take()[1]

    def query(self) -> Query:
        self.expect("SELECT")
        is_count = self.skips("COUNT", "(", ")")
        fields = () if is_count else self.list(self.field)
        self.expect("FROM")
        source = self.name()
        where = self.condition() if self.skips("WHERE") else None
        order = self.list(self.ordered) if self.skips("ORDER", "BY") else ()
        limit = self.whole() if self.skips("LIMIT") else None
        offset = self.whole() if self.skips("OFFSET") else 0
        return Query(
            fields=fields, source=source, where=where, order=order, limit=limit, offset=offset, is_count=is_count
        )

    def list(self, one: Any) -> tuple[Any, ...]:
        found = [one()]
        while self.skips(","):
            found.append(one())
        return tuple(found)

    def field(self) -> "str | Query":
        if self.skips("("):
            query = self.query()
            self.expect(")")
            return query
        return self.name()

    def ordered(self) -> tuple[str, bool]:
        name = self.name()
        is_descending = self.skips("DESC")
        self.skips("ASC")
        if self.skips("NULLS", "FIRST") or self.skips("NULLS", "LAST"):
            raise MalformedError("this sandbox orders nulls as Salesforce does by default: first")
        return name, is_descending

    def whole(self) -> int:
        if self.kind != "number" or not self.word.isdigit():
            self.unexpected()
        return int(self.take()[1])

    def condition(self) -> Condition:
        parts, joined = [self.part()], ""
        while (word := self.word.upper()) in ("AND", "OR") and self.kind == "word":
            if joined and word != joined:
                self.unexpected()
            joined = word
            self.take()
            parts.append(self.part())
        return Both(tuple(parts), joined == "AND") if joined else parts[0]

    def part(self) -> Condition:
        if self.skips("NOT"):
            return Not(self.part())
        if self.skips("("):
            inner = self.condition()
            self.expect(")")
            return inner
        field = self.name()
        operator = "NOT IN" if self.skips("NOT", "IN") else self.take()[1].upper().replace("<>", "!=")
        if operator not in OPERATORS:
            self.place -= 1
            self.unexpected()
        if operator.endswith("IN"):
            self.expect("(")
            values = self.list(self.value)
            self.expect(")")
            return Is(field, operator, values)
        return Is(field, operator, self.value())

    def value(self) -> Any:
        kind, text = self.take()
        if kind == "text":
            return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text[1:-1], flags=re.DOTALL)
        if kind == "moment":
            return datetime.fromisoformat(text).astimezone(UTC)
        if kind == "day":
            return date.fromisoformat(text)
        if kind == "number":
            return float(text)
        known = {"TRUE": True, "FALSE": False, "NULL": None}
        if kind != "word" or text.upper() not in known:
            self.place -= 1
            self.unexpected()
        return known[text.upper()]


def _tokens(text: str) -> Any:
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if not found or not found.lastgroup:
            raise MalformedError(f"unexpected token: '{text[place:].strip()[:20]}'")
        yield found.lastgroup, found[found.lastgroup]
        place = found.end()
    yield "end", ""
