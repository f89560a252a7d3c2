"""Whose orders are whose: as on the profile, each once, in one order."""

from dataclasses import replace

from connector.recommendations.ledger import customers_of
from connector.store import sales
from tests.connector.profile.test_plans import asked, plans, read_whole  # noqa: F401 - a fixture
from tests.connector.recommendations.town import WORKSPACE, Town, sold
from tests.connector.records import contact, email, gone


def sold_to(store) -> list[list[str]]:
    return sorted(
        [f"{one.source}:{one.external_id}" for one in found.orders] for found in customers_of(store, WORKSPACE)
    )


def test_orders_hang_on_contacts_also_on_those_merged_away_and_guests_have_their_own(store, clock):
    Town(store, clock).take(
        contact("1", email("ann@example.com"), merged_from=["9"]),
        contact("9", email("old@example.com")),
        contact("2", email("ann@example.com"), source="shop"),
        sold("a", "tea", to="1", day=20_003),
        sold("b", "tea", to="9", day=20_001),
        sold("c", "tea", to="2", day=20_002, source="shop"),
        sold("d", "tea", identifiers=[email("ann@example.com")], day=20_000),
        sold("e", "tea", identifiers=[email("guest@example.com")]),
        sold("nobody", "tea"),
    )
    Town(store, clock).take(gone("9", merged_into="1"))
    assert sold_to(store) == [["crm:d", "crm:b", "shop:c", "crm:a"], ["crm:e"]]


def test_an_order_of_two_contacts_of_one_person_counts_once(store, clock):
    both = replace(sold("a", "tea"), contact_ids=("1", "2"))
    Town(store, clock).take(contact("1", email("x@example.com"), merged_from=["2"]), both)
    Town(store, clock).take(contact("2", email("x@example.com")), gone("2", merged_into="1"))
    assert sold_to(store) == [["crm:a"]]


def test_what_is_deleted_and_what_is_no_order_is_not_sold(store, clock):
    town = Town(store, clock)
    town.take(contact("1", email("x@example.com")), sold("a", "tea", to="1"), sold("b", "tea", to="1"))
    town.take(gone("a", kind="order", stream="orders", hours=24 * 365 * 5))
    assert sold_to(store) == [["crm:b"]]
    with store.reading() as connection:
        assert sales.any_order(connection, WORKSPACE, ["crm"])
        assert not sales.any_order(connection, WORKSPACE, ["shop"])
        assert not sales.any_order(connection, "other", ["crm"])


def test_everybody_is_read_however_small_the_portions(store, clock, monkeypatch):
    monkeypatch.setattr("connector.recommendations.ledger.PORTION", 2)
    monkeypatch.setattr(sales, "BODIES", 3)
    records = []
    for number in range(7):
        records.append(contact(str(number), email(f"{number}@example.com"), marketing_consent=True))
        records += [sold(f"{number}-{place}", "tea", to=str(number), day=20_000 + place) for place in range(number)]
    Town(store, clock).take(*records)
    found = list(customers_of(store, WORKSPACE))
    assert sorted(len(one.orders) for one in found) == [1, 2, 3, 4, 5, 6]
    for one in found:
        assert [order.happened_at for order in one.orders] == sorted(order.happened_at for order in one.orders)
        assert one.contacts == [{"marketing_consent": True}]
        assert len({order.external_id.partition("-")[0] for order in one.orders}) == 1


def test_a_portion_reads_no_whole_table(sqlite_store, clock, asked):  # noqa: F811
    Town(sqlite_store, clock).take(
        contact("1", email("ann@example.com")),
        sold("a", "tea", to="1"),
        sold("e", "tea", identifiers=[email("guest@example.com")]),
    )
    asked.clear()
    assert len(list(customers_of(sqlite_store, WORKSPACE))) == 2
    with sqlite_store.reading() as connection:
        assert sales.gone(connection, WORKSPACE, ["p_1"]) == {"p_1"}
    guilty = {statement: lines for statement, lines in plans(sqlite_store, asked).items() if read_whole(lines)}
    assert asked
    assert not guilty, f"Give it an index to enter by: {guilty}"
