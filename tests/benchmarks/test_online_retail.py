"""The count of a real shop's invoices, on a few that are like them."""

import pytest

from benchmarks.online_retail import Counted, adapter, counted_alone, differences, found, through_adapter, through_store

LINES = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527,United Kingdom
536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850,United Kingdom
536414,22139,,56,2010-12-01 11:52:00,0.42,,United Kingdom
536415,22139,,1,2010-12-01 11:52:00,0.1,14527,France
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text(LINES)
    return path


def test_every_way_of_reading_finds_the_same(file):
    own = counted_alone(found(file.parent))
    assert (own.customers, own.orders, own.refunds, own.lines) == (2, 4, 1, 5)
    assert differences(own, through_adapter(file)) == []
    assert differences(own, through_store(file)) == []


def test_a_sum_that_is_off_by_a_penny_is_told(file):
    own = counted_alone(file)
    wrong = {customer: amount + (customer is None) for customer, amount in own.sums.items()}
    got = Counted(sums=wrong, customers=2, orders=4, refunds=0, lines=5, seconds=1)
    assert differences(own, got) == ["refunds: 0, and the file has 1", "the sums of 1 customers"]


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SystemExit, match="there is no file"):
        found(tmp_path)


def test_the_mapping_is_all_that_the_adapter_is_told(file):
    assert set(adapter(file).streams) == {"contacts", "orders"}
