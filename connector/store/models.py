"""Models as they were fitted: which one serves, what each says of itself, and its content in parts.

The parts of a model are written first, in transactions of their own; then one small
transaction lets it serve. So whoever reads finds the old model or the new one, whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, select, update

from connector.store import json
from connector.store.bulk import upsert
from connector.store.tables_offers import model_parts, models

SERVING, RETIRED, REFUSED = "serving", "retired", "refused"

# Of each name: how many that served before keep their content, and how many rows stay as a record.
KEPT_CONTENTS, KEPT_ROWS = 1, 20

COLUMNS = ("name", "version", "state", "report", "reason", "made_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """One fit that was tried. `reason`: why it was refused, in words; `made_at`: microseconds."""

    name: str
    version: str
    state: str
    report: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None
    made_at: int


def serving(connection: Connection, workspace: str) -> dict[str, Fit]:
    """By name, the models that serve."""
    return {fit.name: fit for fit in _fits(connection, workspace, models.c.state == SERVING)}


def tried(connection: Connection, workspace: str, name: str | None = None) -> list[Fit]:
    """Every fit of which there is still a row, the newest first."""
    return _fits(connection, workspace, *([models.c.name == name] if name else []))


def latest(connection: Connection, workspace: str, name: str) -> Fit | None:
    return next(iter(tried(connection, workspace, name)), None)


def write_part(connection: Connection, workspace: str, name: str, version: str, part: int, content: bytes) -> None:
    """Keep one part of a content; the same part again replaces it."""
    key = {"workspace": workspace, "name": name, "version": version, "part": part}
    statement = upsert(connection, model_parts).values(**key, content=content)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_={"content": content}))


def cut_parts(connection: Connection, workspace: str, name: str, version: str, count: int) -> None:
    """Forget what an earlier, longer writing of the same version left behind `count` parts."""
    connection.execute(delete(model_parts).where(*_parts_of(workspace, name, version), model_parts.c.part >= count))


def parts(connection: Connection, workspace: str, name: str, version: str) -> Iterator[bytes]:
    """A model's content, part by part."""
    query = select(model_parts.c.content).where(*_parts_of(workspace, name, version)).order_by(model_parts.c.part)
    for (content,) in connection.execute(query, execution_options={"yield_per": 1}):
        yield bytes(content)


def serve(connection: Connection, workspace: str, fit: Fit) -> None:
    """From now on this one serves; the one before it retires, and those before that lose their content."""
    _keep(connection, workspace, fit)
    others = (models.c.workspace == workspace, models.c.name == fit.name, models.c.version != fit.version)
    connection.execute(update(models).where(*others, models.c.state == SERVING).values(state=RETIRED))
    _tidy(connection, workspace, fit.name)


def refuse(connection: Connection, workspace: str, fit: Fit) -> None:
    """Keep that it was tried, and why it does not serve."""
    _keep(connection, workspace, fit)
    _tidy(connection, workspace, fit.name)


def report(connection: Connection, workspace: str, name: str, version: str, told: dict[str, Any]) -> None:
    """Replace what a model says of itself."""
    key = (models.c.workspace == workspace, models.c.name == name, models.c.version == version)
    connection.execute(update(models).where(*key).values(report=json.dump(told)))


def _keep(connection: Connection, workspace: str, fit: Fit) -> None:
    values = {"state": fit.state, "report": json.dump(fit.report), "reason": fit.reason, "made_at": fit.made_at}
    key = {"workspace": workspace, "name": fit.name, "version": fit.version}
    statement = upsert(connection, models).values(**key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def _tidy(connection: Connection, workspace: str, name: str) -> None:
    """Forget old contents and older rows; also the parts of a fit that was killed before it served."""
    known = tried(connection, workspace, name)
    retired = [fit.version for fit in known if fit.state == RETIRED]
    served = [fit.version for fit in known if fit.state == SERVING]
    of_name = (model_parts.c.workspace == workspace, model_parts.c.name == name)
    kept = served + retired[:KEPT_CONTENTS]
    connection.execute(delete(model_parts).where(*of_name, model_parts.c.version.not_in(kept)))
    forgotten = [fit.version for fit in known[KEPT_ROWS:] if fit.version not in kept]
    rows = (models.c.workspace == workspace, models.c.name == name, models.c.version.in_(forgotten))
    connection.execute(delete(models).where(*rows))


def _fits(connection: Connection, workspace: str, *conditions: Any) -> list[Fit]:
    query = select(*(models.c[name] for name in COLUMNS)).where(models.c.workspace == workspace, *conditions)
    rows: Iterable[Any] = connection.execute(query.order_by(models.c.made_at.desc(), models.c.version))
    return [Fit(**{**row._mapping, "report": json.load(row.report)}) for row in rows]


def _parts_of(workspace: str, name: str, version: str) -> tuple[Any, ...]:
    return model_parts.c.workspace == workspace, model_parts.c.name == name, model_parts.c.version == version
