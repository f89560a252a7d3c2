import pytest

from connector.sync.quarantine import Quarantine
from tests.connector.sync.conftest import person


@pytest.fixture
def quarantine(store, intake, clock) -> Quarantine:
    return Quarantine(store, intake, clock)


@pytest.fixture
def broken(pull, shop, contacts):
    """Three items that don't fit, as they came by pull."""
    contacts.items = [person(number, name=number) for number in range(3)]
    pull.run("w", shop)


def test_the_newest_are_listed_first_page_by_page(quarantine, broken):
    first = quarantine.list_("w", limit=2)
    assert [entry.external_id for entry in first] == ["2", "1"]
    assert [entry.external_id for entry in quarantine.list_("w", before=first[-1].id)] == ["0"]
    assert quarantine.list_("w", source="other") == [] == quarantine.list_("elsewhere")


def test_an_entry_names_fields_and_keeps_the_item(quarantine, broken, clock):
    entry = quarantine.show("w", quarantine.list_("w")[0].id)
    assert (entry.raw, entry.seen_at) == (person(2, name=2), clock())
    assert list(entry.fields) == ["name"] and "Person" not in entry.reason
    assert quarantine.show("w", 999) is None and quarantine.show("elsewhere", entry.id) is None


def test_the_same_broken_item_is_set_aside_once(quarantine, broken, pull, shop):
    pull.run("w", shop, full=True)
    assert len(quarantine.list_("w")) == 3


def test_after_a_fix_everything_is_taken_in(quarantine, broken, shop, contacts, alive, monkeypatch):
    monkeypatch.setattr(contacts, "fields", lambda raw: {"name": str(raw["name"])}, raising=False)
    outcome = quarantine.replay("w", shop)
    assert (outcome.taken, outcome.kept) == (3, 0)
    assert alive() == ["0", "1", "2"] and quarantine.list_("w") == []


def test_only_the_chosen_ones_are_tried(quarantine, broken, shop, contacts, alive, monkeypatch):
    monkeypatch.setattr(contacts, "fields", lambda raw: {"name": str(raw["name"])}, raising=False)
    chosen = quarantine.list_("w")[0]
    assert quarantine.replay("w", shop, ids=[chosen.id]).taken == 1
    assert alive() == [chosen.external_id]


def test_what_is_still_broken_stays_with_its_new_reason(quarantine, broken, shop, contacts, monkeypatch):
    monkeypatch.setattr(contacts, "fields", lambda raw: {"birth_date": "soon"}, raising=False)
    outcome = quarantine.replay("w", shop)
    assert (outcome.taken, outcome.kept) == (0, 3)
    assert {tuple(entry.fields) for entry in quarantine.list_("w")} == {("birth_date",)}


def test_an_old_item_never_overwrites_what_came_since(
    quarantine, broken, pull, shop, contacts, alive, monkeypatch, store
):
    contacts.items += [person(1, at="2026-06-01T00:00:00Z", name="New")]
    pull.run("w", shop)
    monkeypatch.setattr(contacts, "fields", lambda raw: {"name": str(raw["name"])}, raising=False)
    quarantine.replay("w", shop)
    from sqlalchemy import select

    from connector.store.tables import records

    with store.reading() as connection:
        body = connection.scalar(select(records.c.body).where(records.c.external_id == "1"))
    assert '"New"' in body
