"""The query resource: from SOQL to the JSON of an answer, with the rest behind a locator."""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from sandbox.tables import Row
from sandbox.vendors import salesforce_rows, salesforce_search
from sandbox.vendors.salesforce_objects import OBJECTS, Sobject, type_of
from sandbox.vendors.salesforce_rows import Fields
from sandbox.vendors.salesforce_soql import Both, Condition, Is, MalformedError, Not, Query, parse
from schemas.identifiers import SALESFORCE_ID

IN_ORDER = ((), (("SystemModstamp", False),), (("SystemModstamp", False), ("Id", False)))

# Real ones die after two days; ours when newer ones crowd them out.
MOST_LOCATORS = 5000
MOST_BELOW = 200


class RefusedError(Exception):
    """An error as Salesforce writes it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, under which version of the API, with how many rows in an answer, and whether for deleted ones too."""

    session: str
    version: str
    batch: int
    all_rows: bool


# What a locator stands for: the answer that comes next.
Rest = Callable[[Asked], dict[str, Any]]


class Queries:
    """One org's query resource. A locator is good only for the session that opened it."""

    def __init__(self, world: Any, features: frozenset[str], most_below: int = MOST_BELOW) -> None:
        self.world, self.features, self.most_below = world, features, most_below
        self._locators: OrderedDict[str, tuple[str, Rest]] = OrderedDict()

    def ask(self, soql: str, asked: Asked) -> dict[str, Any]:
        """The first part of the answer. Raises RefusedError."""
        try:
            query = parse(soql)
        except (MalformedError, ValueError) as error:
            raise RefusedError(400, "MALFORMED_QUERY", str(error)) from None
        query = replace(query, where=salesforce_search.full_ids(query.where))
        sobject = self._checked(query)
        if query.is_count:
            fits = self._fits(sobject, query, asked.all_rows)
            total = salesforce_search.count(self._table(sobject), query.where, fits, asked.all_rows)
            return {"totalSize": total, "done": True, "records": []}
        return self._part(sobject, query, asked, None, query.limit, None)

    def more(self, locator: str, asked: Asked) -> dict[str, Any]:
        """The next part of an answer. Raises RefusedError for a locator of nobody, or of another session."""
        owner, rest = self._locators.get(locator.partition("-")[0], ("", None))
        if rest is None or owner != asked.session:
            raise RefusedError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return rest(asked)

    def _table(self, sobject: Sobject) -> Any:
        return self.world.table("salesforce", sobject.kind)

    def _look(self, kind: str, row_id: str | None) -> Row | None:
        return self.world.table("salesforce", kind).get(row_id) if row_id else None

    def _checked(self, query: Query) -> Sobject:
        sobject = OBJECTS.get(query.source)
        if sobject is None or sobject.kind is None:
            message = f"sObject type '{query.source}' is not supported."
            raise RefusedError(400, "INVALID_TYPE", message)
        for each in query.fields:
            if isinstance(each, Query):
                self._checked_below(sobject, each)
            else:
                self._known(sobject, each)
        for each, _ in query.order:
            self._known(sobject, each)
        for each in conditions(query.where):
            self._known(sobject, each.field)
            _checked_value(each)
        return sobject

    def _checked_below(self, sobject: Sobject, query: Query) -> None:
        if query.source not in sobject.children:
            message = f"Didn't understand relationship '{query.source}' in FROM part of query call."
            raise RefusedError(400, "INVALID_TYPE", message)
        target = OBJECTS[sobject.children[query.source][0]]
        for each in query.fields:
            self._known(target, str(each))

    def _known(self, sobject: Sobject, path: str) -> None:
        parent, _, name = path.partition(".")
        if not name:
            if path not in sobject.known(self.features):
                raise RefusedError(400, "INVALID_FIELD", f"No such column '{path}' on entity '{sobject.name}'.")
            return
        if parent not in sobject.parents:
            raise RefusedError(400, "INVALID_FIELD", f"Didn't understand relationship '{parent}' in field path.")
        self._known(OBJECTS[sobject.parents[parent][1][-1]], name)

    def _fits(self, sobject: Sobject, query: Query, all_rows: bool) -> Callable[[Row], bool]:
        def fits(row: Row) -> bool:
            if row.deleted and not all_rows:
                return False
            if query.where is None:
                return True
            fields = sobject.write(row, self._look)
            return salesforce_search.holds(query.where, lambda path: self._value(sobject, row, fields, path))

        return fits

    def _part(
        self, sobject: Sobject, query: Query, asked: Asked, behind: Any, left: int | None, total: int | None
    ) -> dict[str, Any]:
        """Rows behind a key (in the tables' order) or a count (in another); `left` says how many the LIMIT allows."""
        size = asked.batch if left is None else min(asked.batch, left)
        found = list(islice(self._found(sobject, query, asked, behind), size + 1))
        rows, is_done = found[:size], len(found) <= size or size == left
        if total is None:
            total = len(rows) if is_done else self._total(sobject, query, asked)
        records = [self._record(sobject, query, row, asked) for row in rows]
        answer: dict[str, Any] = {"totalSize": total, "done": is_done}
        if not is_done:
            last = (behind or 0) + size if self._is_sorted(query) else (rows[-1].modified, rows[-1].id)
            rest = None if left is None else left - size

            def more(then: Asked) -> dict[str, Any]:
                return self._part(sobject, query, replace(then, all_rows=asked.all_rows), last, rest, total)

            answer["nextRecordsUrl"] = self._locator(asked, more, size)
        return answer | {"records": records}

    def _is_sorted(self, query: Query) -> bool:
        return query.order not in IN_ORDER or bool(query.offset)

    def _found(self, sobject: Sobject, query: Query, asked: Asked, behind: Any) -> Iterable[Row]:
        fits = self._fits(sobject, query, asked.all_rows)
        if not self._is_sorted(query):
            return salesforce_search.rows(self._table(sobject), query.where, fits, behind)
        found = list(salesforce_search.rows(self._table(sobject), query.where, fits, None))
        salesforce_search.ordered(
            found,
            query.order,
            lambda row, name: self._value(sobject, row, sobject.write(row, self._look), name),
        )
        return found[query.offset + (behind or 0) :]

    def _total(self, sobject: Sobject, query: Query, asked: Asked) -> int:
        fits = self._fits(sobject, query, asked.all_rows)
        total = salesforce_search.count(self._table(sobject), query.where, fits, asked.all_rows) - query.offset
        return total if query.limit is None else min(query.limit, total)

    def _value(self, sobject: Sobject, row: Row, fields: Mapping[str, Any], path: str) -> Any:
        parent, _, name = path.partition(".")
        if not name:
            return fields[path]
        return (self._parent(sobject, parent, row, fields) or {}).get(name)

    def _parent(self, sobject: Sobject, name: str, row: Row, fields: Mapping[str, Any]) -> Fields | None:
        if name == "Owner":
            return salesforce_rows.user(row.values)
        id_field, targets = sobject.parents[name]
        target = OBJECTS[targets[0]]
        above = self._look(str(target.kind), fields[id_field])
        return target.write(above, self._look) if above else None

    def _record(self, sobject: Sobject, query: Query, row: Row, asked: Asked) -> Fields:
        fields = sobject.write(row, self._look)
        record = _attributes(sobject.name, row.id, asked)
        parents: dict[str, Fields | None] = {}
        for each in query.fields:
            if isinstance(each, Query):
                record[each.source] = self._below(sobject, each, row, asked)
                continue
            parent, _, name = each.partition(".")
            if not name:
                record[each] = fields[each]
                continue
            if parent not in parents:
                parents[parent] = self._parent(sobject, parent, row, fields)
                record[parent] = parents[parent] and _attributes(sobject.parents[parent][1][-1], None, asked)
            if parents[parent]:
                record[parent][name] = parents[parent].get(name)
        return record

    def _below(self, sobject: Sobject, query: Query, row: Row, asked: Asked) -> dict[str, Any] | None:
        target, write = sobject.children[query.source]
        below = [each for each in write(row) if asked.all_rows or not each["IsDeleted"]]
        records = [_attributes(target, each["Id"], asked) | _picked(each, query.fields) for each in below]
        return self._listed(records, 0, asked) if records else None

    def _listed(self, records: list[Fields], start: int, asked: Asked) -> dict[str, Any]:
        end = start + self.most_below
        answer: dict[str, Any] = {"totalSize": len(records), "done": end >= len(records)}
        if not answer["done"]:
            answer["nextRecordsUrl"] = self._locator(asked, lambda then: self._listed(records, end, then), end)
        return answer | {"records": records[start:end]}

    def _locator(self, asked: Asked, rest: Rest, place: int) -> str:
        key = "01g" + secrets.token_hex(8)[:15]
        self._locators[key] = asked.session, rest
        while len(self._locators) > MOST_LOCATORS:
            self._locators.popitem(last=False)
        return f"/services/data/{asked.version}/query/{key}-{place}"


def conditions(where: Condition | None) -> Iterable[Is]:
    """The comparisons in a condition."""
    if isinstance(where, Is):
        yield where
    elif isinstance(where, Not):
        yield from conditions(where.part)
    elif isinstance(where, Both):
        for part in where.parts:
            yield from conditions(part)


def _checked_value(each: Is) -> None:
    type_ = type_of(each.field.rpartition(".")[2])
    for value in each.value if isinstance(each.value, tuple) else (each.value,):
        wanted = {"datetime": datetime, "date": date}.get(type_)
        if wanted and value is not None and (type(value) is not wanted):
            message = f"value of filter criterion for field '{each.field}' must be of type {type_}"
            raise RefusedError(400, "INVALID_FIELD", message + " and should not be enclosed in quotes")
        if type_ in ("id", "reference") and value is not None and not SALESFORCE_ID.fullmatch(str(value)[:15]):
            raise RefusedError(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")


def _attributes(name: str, row_id: str | None, asked: Asked) -> Fields:
    url = f"/services/data/{asked.version}/sobjects/{name}" + (f"/{row_id}" if row_id else "")
    return {"attributes": {"type": name, "url": url}}


def _picked(fields: Mapping[str, Any], paths: Iterable[Any]) -> Fields:
    picked: Fields = {}
    for path in paths:
        parent, _, name = path.partition(".")
        if name:
            picked.setdefault(parent, {})[name] = (fields.get(parent) or {}).get(name)
        else:
            picked[path] = fields[path]
    return picked
