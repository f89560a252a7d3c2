"""Changes: what happens in the world when it is told to go on."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.chance import Dice
from sandbox.happenings import HAPPENINGS
from sandbox.paging import PagedTable
from sandbox.rows.spot import Spot
from sandbox.tables import Row

if TYPE_CHECKING:
    from sandbox.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row that changed, and how.

    `what` is "created", "changed", "deleted", "merged" (into `merged_into`) or "associated" (it now belongs to
    another contact, and its time of change does not say so).
    """

    system: str
    kind: str
    id: str
    what: str
    at: datetime
    fields: tuple[str, ...] = ()
    merged_into: str | None = None

    def told(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat().replace("+00:00", "Z"), "fields": list(self.fields)}


class Tick:
    """What one happening may use: its dice, the time, and the tables to look into and to change."""

    def __init__(self, world: "World", dice: Dice, at: datetime, changes: list[Change], rows: list[Any]) -> None:
        self.world, self.dice, self.at = world, dice, at
        self._changes, self._rows = changes, rows

    def some(self, system: str, kind: str, fits: Callable[[Row], bool], tries: int = 40) -> Row | None:
        """Some living row that fits."""
        table = self.world.paged(system, kind)
        added = list(table.layer.rows.values())
        for _ in range(tries):
            turn = self.dice.below(max(1, table.layout.count + len(added)))
            place = turn if turn < table.layout.count else None
            row = added[turn - table.layout.count] if place is None and added else None
            row = row or (table.get(table.ids.at(table.layout, place)) if place is not None else None)
            if row is not None and not row.deleted and fits(row):
                return row
        return None

    def create(self, system: str, kind: str, person: int, **values: Any) -> Row:
        """A new row of that person's, made as all are; `values` say otherwise where they must."""
        table = self.world.paged(system, kind)
        turn = table.layer.added
        seconds = int(self.at.timestamp())
        spot = Spot(
            system=system,
            kind=kind,
            owner=person,
            which=1000 + turn,
            id=table.ids.new(table.layout, seconds, turn),
            number=table.layout.count + turn,
            seconds=seconds,
        )
        row = table.make(spot)
        row = replace(row, created=self.at, modified=self.at, values={**row.values, **values})
        return self.lay(system, row, person, "created")

    def change(self, system: str, row: Row, **values: Any) -> Row:
        """The row, changed now."""
        row = replace(row, modified=self.at, values={**row.values, **values})
        return self.lay(system, row, self.owner(system, row), "changed", tuple(values))

    def delete(self, system: str, row: Row, merged_into: str | None = None) -> Row:
        row = replace(row, modified=self.at, deleted=True, merged_into=merged_into)
        return self.lay(system, row, self.owner(system, row), "merged" if merged_into else "deleted")

    def lay(self, system: str, row: Row, person: int | None, what: str, fields: tuple[str, ...] = ()) -> Row:
        self.world.paged(system, row.kind).lay(row, person)
        self._rows.append((system, row, person))
        self._changes.append(
            Change(
                system=system,
                kind=row.kind,
                id=row.id,
                what=what,
                at=self.at,
                fields=fields,
                merged_into=row.merged_into,
            )
        )
        return row

    def owner(self, system: str, row: Row) -> int | None:
        return self.world.paged(system, row.kind).owner_of(row.id)

    def rows_of(self, system: str, kind: str, person: int) -> list[Row]:
        """All rows of a person's in one table, as they are now."""
        table: PagedTable = self.world.paged(system, kind)
        ids = [table.id_of(person, which) for which in range(table.layout.rows_of(person))]
        ids += [id for id, owner in table.layer.people.items() if owner == person and id not in ids]
        return [row for row in map(table.get, ids) if row is not None]


class Changes:
    """Lets things happen, one after another, each a function of the seed and of how many happened before."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def restore(self) -> None:
        """Take up what the state file keeps."""
        for system, row, person in self._world.overlay.kept():
            self._world.paged(system, row.kind).lay(row, person)

    def tick(self, count: int) -> list[Change]:
        overlay = self._world.overlay
        changes: list[Change] = []
        rows: list[Any] = []
        at = self._world.clock().astimezone(UTC).replace(microsecond=0)
        with overlay.lock:
            for _ in range(count):
                self._happen(at, changes, rows)
            overlay.keep(overlay.ticks, rows)
        return changes

    def _happen(self, at: datetime, changes: list[Change], rows: list[Any]) -> None:
        overlay = self._world.overlay
        before = len(changes)
        # What cannot happen now (nobody is there twice, no ticket is open) gives way to something else.
        for _ in range(50):
            overlay.ticks += 1
            dice = Dice(self._world.seed, "tick", overlay.ticks)
            dice.pick(HAPPENINGS)(Tick(self._world, dice, at, changes, rows))
            if len(changes) > before:
                return
