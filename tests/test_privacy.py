"""docs/privacy.md is true: every table is in it, what is erased is gone everywhere, and logs hold nobody."""

import io
import re
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from connector.bootstrap import assemble
from connector.cli import cli
from connector.demo_settings import settings_text
from connector.recommendations.feedback import Feedback
from connector.settings import build
from connector.store import exposures
from connector.store.tables import identifiers, metadata, records
from sandbox.server import serve_in_thread
from sandbox.shop import export
from sandbox.world import World
from schemas import Identifier, Record

PAGE = Path("docs/privacy.md").read_text()
SECRET_WORDS = ("Quetzalcoatl", "canary@example.com", "+4930901820555", "Wyvern Road")
OFTEN = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_table_is_described(table):
    assert re.search(rf"^\|.*`{table}`", PAGE, re.MULTILINE), (
        f"docs/privacy.md does not say what is personal in {table}, and when it goes."
    )


@pytest.fixture
def parts(tmp_path, redis_url, redis, database_url):
    tables = {"data_dir": str(tmp_path), "redis_url": redis_url, "database_url": database_url}
    with assemble(build(tables)) as made:
        yield made


def contact(**more) -> Record:
    told = {
        "source": "crm",
        "stream": "contacts",
        "kind": "contact",
        "external_id": "1",
        "updated_at": OFTEN[0],
        "identifiers": (
            Identifier(kind="email", value="canary@example.com", shown="canary@example.com", label="primary"),
            Identifier(kind="phone", value="+4930901820555", shown="+4930901820555"),
        ),
        "body": {"name": "Quetzalcoatl", "address": {"street": "Wyvern Road"}},
        "raw": {"name": "Quetzalcoatl", "mail": "canary@example.com"},
    }
    return Record(**(told | more))


def everything(parts) -> str:
    """All that the store and Redis hold, as text."""
    said = []
    with parts.store.reading() as connection:
        for table in metadata.sorted_tables:
            said += [str(tuple(row)) for row in connection.execute(select(table))]
    for key in parts.redis.scan_iter():
        said.append(str(key))
        kind = parts.redis.type(key)
        read = {b"string": parts.redis.get, b"hash": parts.redis.hgetall, b"stream": parts.redis.xrange}.get(kind)
        said.append(str(read(key)) if read else "")
    return "\n".join(said)


def offered(parts, profile_id: str) -> None:
    """A hint was seen on the card, and declined in words."""
    hint = {"id": f"{profile_id}.0123456789ab", "product": "Griffin feed", "list": "due", "model": "m1"}
    row = {"profile_id": profile_id, "arm": "offered", "digest": "d", "day": 1, "hints": [hint], "at": 1}
    with parts.store.transaction() as connection:
        exposures.put(connection, [{"workspace": "default", **row}])
    Feedback(parts.store, parts.clock).tell("default", hint["id"], "declined", "Griffin died", by="k_1")
    assert "Griffin died" in everything(parts)
    parts.rebuild.run()


@pytest.mark.parametrize("reason", ["erased", "deleted"])
def test_what_is_erased_is_gone_from_store_and_cache(parts, reason):
    order = {"kind": "order", "stream": "orders", "external_id": "o1", "contact_ids": ("1",), "identifiers": ()}
    parts.intake.take("default", [contact(), contact(**order, body={"currency": "EUR", "total": "1"}, raw={})])
    parts.rebuild.run()
    found = parts.lookup.find("default", contact().identifiers[0])
    assert found.outcome == "one"
    offered(parts, found.profile_id)
    assert all(word in everything(parts) for word in SECRET_WORDS)
    gone = {"deleted": True, "reason": reason, "updated_at": OFTEN[1], "identifiers": (), "body": {}, "raw": {}}
    parts.intake.take("default", [contact(**gone)])
    parts.rebuild.run()
    assert parts.lookup.find("default", contact().identifiers[0]).outcome == "none"
    assert parts.lookup.get("default", found.profile_id).outcome == "none"
    left = everything(parts)
    assert [word for word in (*SECRET_WORDS, "Griffin", f"{found.profile_id}.") if word in left] == []


def test_what_people_decided_on_the_erased_names_them_no_more_and_holds(parts):
    other = contact(external_id="2", source="shop")
    parts.intake.take("default", [contact(external_id="wyvern-17"), other])
    parts.identity.pin("default", "crm:contact:wyvern-17", "shop:contact:2", "never", "kim", "Quetzalcoatl has a twin")
    gone = {"deleted": True, "reason": "erased", "updated_at": OFTEN[1], "identifiers": (), "body": {}, "raw": {}}
    parts.intake.take("default", [contact(external_id="wyvern-17", **gone)])
    parts.rebuild.run()
    left = everything(parts)
    assert "twin" not in left
    # By its tombstone alone it is known again, should it be told of once more.
    (tombstone,) = [line for line in left.splitlines() if "wyvern-17" in line]
    assert "erased" in tombstone
    (pin,) = parts.identity.pins("default")
    assert (pin.what, pin.right) == ("never", "shop:contact:2")
    (decided,) = parts.identity.decided("default")
    assert (decided.state, decided.decision.why) == ("stands", "(erased)")
    parts.intake.take("default", [contact(external_id="wyvern-17", updated_at=OFTEN[2])])
    ends = parts.identity.profiles_of("default", ["crm:contact:wyvern-17", "shop:contact:2"])
    assert len(set(ends.values())) == 2


def test_a_late_page_does_not_bring_the_erased_back(parts):
    gone = {"deleted": True, "reason": "erased", "updated_at": OFTEN[1], "identifiers": (), "body": {}, "raw": {}}
    parts.intake.take("default", [contact(), contact(**gone)])
    parts.intake.take("default", [contact()])
    parts.rebuild.run()
    assert parts.lookup.find("default", contact().identifiers[0]).outcome == "none"


@pytest.mark.parametrize("erased_first", [True, False])
def test_a_deletion_does_not_make_an_erasure_less(parts, erased_first):
    gone = {"deleted": True, "reason": "erased", "updated_at": OFTEN[1], "identifiers": (), "body": {}, "raw": {}}
    tombstones = [contact(**gone), contact(**gone | {"reason": "deleted", "updated_at": OFTEN[2]})]
    for told in (contact(), *(tombstones if erased_first else reversed(tombstones))):
        parts.intake.take("default", [told])
    with parts.store.reading() as connection:
        assert connection.execute(select(records.c.reason)).scalar_one() == "erased"


def test_a_sync_says_nothing_of_anybody(tmp_path, redis_url, redis, monkeypatch, capfd):
    world = World(3, 60)
    export(world, tmp_path / "shop")
    with serve_in_thread(world) as sandbox:
        text = settings_text(tmp_path, 8080, sandbox.url, tmp_path / "shop").replace('"warning"', '"debug"')
        (tmp_path / "visavis.toml").write_text(text)
        monkeypatch.setenv("VISAVIS_CONFIG", str(tmp_path / "visavis.toml"))
        monkeypatch.setenv("REDIS_URL", redis_url)
        sandbox.faults.plan(vendor="hubspot", kind="error", times=2)
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said), pytest.raises(SystemExit):
            cli(["sync"], standalone_mode=False)
            raise SystemExit
    with assemble(build({"data_dir": str(tmp_path), "redis_url": redis_url})) as parts:
        with parts.store.reading() as connection:
            handles = {row.value for row in connection.execute(select(identifiers)) if len(row.value) > 8}
    words = said.getvalue() + "".join(capfd.readouterr())
    assert "contacts" in words
    assert [handle for handle in handles if handle in words] == []
