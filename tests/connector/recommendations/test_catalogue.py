"""The catalogue: what the sources say of products, found by whatever an order line tells."""

from datetime import timedelta

import orjson
import pytest

from connector.identity.resolver import Resolver
from connector.recommendations.catalogue import EVERY, Catalogue, Product, told
from connector.store import cursors
from connector.store.cursors import Cursor
from connector.sync.intake import Intake
from tests.connector.profile.conftest import told as record


def products(*rows):
    return told((source, external_id, orjson.dumps(body)) for source, external_id, body in rows)


def test_a_product_is_found_by_its_sku_its_id_and_its_name():
    found = products(("shop", "7", {"sku": "T-1", "name": "Green Tea", "category": "Tea"}))
    assert found["T-1"] is found["7"] is found["green tea"]
    assert found["T-1"].category == "Tea"


def test_a_sku_is_not_taken_for_somebody_elses_id():
    found = products(("shop", "7", {"sku": "8", "name": "Eight"}), ("shop", "8", {"sku": "9", "name": "Nine"}))
    assert found["8"].name == "Eight" and found["9"].name == "Nine" and found["7"].name == "Eight"


def test_a_product_of_two_sources_can_be_had_where_one_has_it():
    gone = {"sku": "T-1", "is_available": False, "is_withdrawn": True, "price": "4", "cost": "3"}
    here = {"sku": "T-1", "is_available": True, "is_withdrawn": False}
    found = products(("crm", "1", gone), ("shop", "2", here))["T-1"]
    assert (found.is_available, found.is_withdrawn, found.margin) == (True, False, 0.25)
    assert products(("crm", "1", gone), ("shop", "2", {"sku": "T-1"}))["T-1"].is_withdrawn is True
    assert products(("crm", "1", {"sku": "T-1"}), ("shop", "2", {"sku": "T-1"}))["T-1"] == Product()


@pytest.mark.parametrize(
    ("body", "margin"),
    [
        ({"price": "10.00", "cost": "6.00"}, 0.4),
        ({"price": "10.00", "cost": "12.00"}, -0.2),
        ({"price": "10.00"}, None),
        ({"cost": "6.00"}, None),
        ({"price": "0", "cost": "6.00"}, None),
    ],
)
def test_the_margin_is_what_is_left_of_the_price(body, margin):
    assert products(("shop", "1", body))["1"].margin == (pytest.approx(margin) if margin is not None else None)


@pytest.fixture
def sold(store, clock):
    """Takes products in, and asks the catalogue for them."""
    intake, catalogue = Intake(store, Resolver(clock), clock), Catalogue(clock)
    with store.transaction() as connection:
        cursors.put(connection, "acme", "shop", Cursor(stream="products"))

    def take(*records):
        clock.advance(EVERY.total_seconds())
        intake.take("acme", records)
        with store.reading() as connection:
            return catalogue.of(connection, "acme")

    take.catalogue, take.store, take.intake, take.clock = catalogue, store, intake, clock
    return take


def test_it_holds_what_the_store_does_and_notices_changes_and_deletions(sold):
    assert sold() == {}
    tea = record("product", "shop", "1", sku="T-1", name="Tea", is_available=True)
    assert sold(tea)["T-1"].is_available is True
    assert sold(record("product", "shop", "1", day=1, sku="T-1", name="Tea", is_available=False))["T-1"] == Product(
        name="Tea", is_available=False
    )
    assert sold(record("product", "shop", "1", day=2, deleted=True)) == {}


def test_other_workspaces_and_other_kinds_are_no_products_of_ours(sold):
    sold(record("contact", "shop", "1", name="Anna"))
    with sold.store.reading() as connection:
        assert sold.catalogue.of(connection, "other") == {}


def test_the_store_is_asked_only_now_and_then_and_read_only_after_a_change(sold):
    before = sold(record("product", "shop", "1", sku="T-1"))
    assert sold() is before, "Nothing changed: nothing is read again."
    sold.intake.take("acme", [record("product", "shop", "2", sku="T-2")])
    with sold.store.reading() as connection:
        assert sold.catalogue.of(connection, "acme") is before
        sold.clock.advance(timedelta(seconds=EVERY.total_seconds()).total_seconds())
        assert set(sold.catalogue.of(connection, "acme")) == {"T-1", "1", "T-2", "2"}
