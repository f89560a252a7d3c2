"""SOQL: what to ask for, and how to go on behind the last row without a query locator.

A locator belongs to the session that opened it and dies with it, so pages go by key:
rows behind (stamp, id), in that order, at most so many. Stamps have whole seconds and
a bulk job gives thousands of rows the same one; the id tells those apart.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

# The rows of another object that the query may bring with each row, and their fields.
Children = Mapping[str, Sequence[str]]

NO_COLUMN = re.compile(r"No such column '([\w.]+)' on entity '(\w+)'")
NO_RELATIONSHIP = re.compile(r"Didn't understand relationship '(\w+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to read of an object: fields (`Parent.Field` too), rows below it; `stamp` says when a row changed."""

    object: str
    fields: tuple[str, ...]
    needed: frozenset[str] = frozenset({"Id", "SystemModstamp"})
    children: Children = field(default_factory=dict)
    stamp: str = "SystemModstamp"

    def text(self) -> str:
        below = (_select(fields, name) for name, fields in self.children.items())
        return _select([*self.fields, *(f"({each})" for each in below)], self.object)

    def page(self, behind: tuple[str | None, str], limit: int) -> str:
        where = self.behind(*behind)
        return f"{self.text()}{where} ORDER BY {self.stamp} ASC, Id ASC LIMIT {limit}"

    def count(self, behind: tuple[str | None, str]) -> str:
        return _select(["COUNT()"], self.object) + self.behind(*behind)

    def of(self, ids: Sequence[str]) -> str:
        return f"{self.text()} WHERE Id IN ({', '.join(map(quoted, ids))})"

    def behind(self, stamp: str | None, row_id: str) -> str:
        """The condition for rows behind that one; with no id, for those at the stamp and after it."""
        if stamp is None:
            return ""
        if not row_id:
            return f" WHERE {self.stamp} >= {stamp}"
        return f" WHERE ({self.stamp} = {stamp} AND Id > {quoted(row_id)}) OR {self.stamp} > {stamp}"

    def without(self, complaint: str) -> "Selection | None":
        """The same without what the org says it lacks; None when the complaint is about something we need."""
        if lacks := NO_COLUMN.search(complaint):
            less = self._without_column(*lacks.groups())
        elif lacks := NO_RELATIONSHIP.search(complaint):
            less = self._without_relationship(lacks[1])
        else:
            return None
        return less if less != self and self.needed <= set(less.fields) else None

    def _without_column(self, column: str, entity: str) -> "Selection":
        name = column.rpartition(".")[2]
        if entity == self.object:
            return replace(self, fields=tuple(each for each in self.fields if each not in (column, name)))
        kept = tuple(each for each in self.fields if not each.endswith("." + name))
        below = {
            child: tuple(each for each in fields if each.rpartition(".")[2] != name)
            for child, fields in self.children.items()
        }
        return replace(self, fields=kept, children={child: fields for child, fields in below.items() if fields})

    def _without_relationship(self, name: str) -> "Selection":
        below = {
            child: tuple(each for each in fields if not each.startswith(name + "."))
            for child, fields in self.children.items()
            if child != name
        }
        kept = tuple(each for each in self.fields if not each.startswith(name + "."))
        return replace(self, fields=kept, children=below)


def one(object_name: str) -> str:
    """The cheapest question about an object."""
    return _select(["Id"], object_name) + " LIMIT 1"


def _select(fields: Sequence[str], source: str) -> str:
    return f"SELECT {', '.join(fields)} FROM {source}"  # noqa: S608 - names of ours and of the settings; values are quoted


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
