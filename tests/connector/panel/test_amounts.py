import pytest

from connector.panel.amounts import amount, quantity


@pytest.mark.parametrize(
    ("text", "currency", "shown"),
    [
        ("134.0", "EUR", "134.00"),
        ("0", "EUR", "0.00"),
        ("1234567.891", "EUR", "1\u202f234\u202f567.891"),
        ("-12.5", "GBP", "-12.50"),
        ("1200", "JPY", "1\u202f200"),
        ("1200.5", "JPY", "1\u202f200.5"),
        ("1E+3", "KWD", "1\u202f000.000"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency_and_lose_none(text, currency, shown):
    assert amount(text, currency) == shown


@pytest.mark.parametrize(("text", "shown"), [("20.0", "20"), ("2", "2"), ("0.250", "0.25"), ("1E+2", "100")])
def test_quantities_have_no_empty_decimals(text, shown):
    assert quantity(text) == shown
