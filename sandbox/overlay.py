"""The overlay: what ticks changed. It lies over the computed world, in memory and, if asked, in a file.

The file has one JSON line for the world that it belongs to, then one per changed row, only
ever appended: a restarted sandbox reads it again, and a line that a crash cut short is dropped.
"""

import json
import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.tables import Row

Key = tuple[datetime, str]


class StateError(ValueError):
    """The state file is of another world, or no state file; the message says what to do."""


@dataclass(slots=True)
class Layer:
    """The changed rows of one table. `hidden` are the places of the computed rows that they replace."""

    rows: dict[str, Row] = field(default_factory=dict)
    people: dict[str, int | None] = field(default_factory=dict)
    order: list[Key] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    added: int = 0

    def put(self, row: Row, place: int | None, person: int | None) -> None:
        """`place` is that of the computed row which it replaces, None for a new one."""
        old = self.rows.get(row.id)
        if old is not None:
            del self.order[bisect_left(self.order, (old.modified, old.id))]
        elif place is not None:
            self.hidden.add(place)
        else:
            self.added += 1
        self.rows[row.id] = row
        self.people[row.id] = person
        insort(self.order, (row.modified, row.id))

    def after(self, key: Key | None, limit: int) -> list[Row]:
        start = 0 if key is None else bisect_right(self.order, key)
        return [self.rows[id] for _, id in self.order[start : start + limit]]

    def before(self, key: Key | None, limit: int) -> list[Row]:
        end = len(self.order) if key is None else bisect_left(self.order, key)
        return [self.rows[id] for _, id in reversed(self.order[max(0, end - limit) : end])]

    def count_since(self, modified: datetime) -> int:
        return len(self.order) - bisect_left(self.order, (modified, ""))


class Overlay:
    """All layers, and the file that keeps them. Hold `lock` to read or change several things at once."""

    def __init__(self, world: Mapping[str, Any], path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.ticks = 0
        self._layers: dict[tuple[str, str], Layer] = {}
        self._world = dict(world)
        self._path = path
        self._whole = 0

    def layer(self, system: str, kind: str) -> Layer:
        return self._layers.setdefault((system, kind), Layer())

    def keep(self, ticks: int, changed: Iterable[tuple[str, Row, int | None]]) -> None:
        """Append rows (system, row, person) to the file, if there is one."""
        if self._path is None:
            return
        lines = [_line({"system": system, "person": person, "row": asdict(row)}) for system, row, person in changed]
        self._append("".join(lines) + _line({"ticks": ticks}))

    def _append(self, text: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            # What a crash cut short is no part of the world, and nothing can stand behind it.
            file.truncate(self._whole)
            file.write(text.encode())
            self._whole = file.tell()

    def kept(self) -> Iterable[tuple[str, Row, int | None]]:
        """The rows of the file, in the order in which they were changed; a new file is begun.

        Also reads how many ticks there were. A tick counts when it was written whole.
        """
        if self._path is None:
            return
        waiting: list[tuple[str, Row, int | None]] = []
        for told, end in _lines(self._path):
            if "world" in told and told["world"] != self._world:
                raise StateError(
                    f"{self._path} belongs to another world ({_shown(told['world'])}), not to {_shown(self._world)}; "
                    "name another file or remove this one"
                )
            if "row" in told:
                waiting.append((told["system"], Row(**told["row"]), told["person"]))
            else:
                self._whole = end
                self.ticks = told.get("ticks", 0)
                yield from waiting
                waiting.clear()
        if not self._whole:
            self._append(_line({"world": self._world}))


def settings_of(path: Path) -> dict[str, Any] | None:
    """The world to which a state file belongs; None when there is no file yet."""
    return next((told["world"] for told, _ in _lines(path) if "world" in told), None)


def _shown(world: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in world.items())


def _line(told: Mapping[str, Any]) -> str:
    return json.dumps(told, default=_told, ensure_ascii=False) + "\n"


def _lines(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Each whole line of the file, and where it ends."""
    if not path.exists():
        return
    end = 0
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                return
            end += len(line)
            try:
                told = json.loads(line, object_hook=_read)
            except ValueError:
                told = None
            if not isinstance(told, dict):
                raise StateError(f"{path} is not a sandbox's state; name another file or remove it")
            yield told, end


def _told(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    raise TypeError(type(value).__name__)


def _read(told: dict[str, Any]) -> Any:
    if "$time" in told:
        return datetime.fromisoformat(told["$time"])
    if "$decimal" in told:
        return Decimal(told["$decimal"])
    return told
