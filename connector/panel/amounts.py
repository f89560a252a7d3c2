"""Money and quantities as people read them. The exact figures are in the profile; nothing here is calculated with."""

from decimal import Decimal

# Currencies without cents (ISO 4217); those with three decimals.
WHOLE = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"}
WHOLE |= {"RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}
THOUSANDTHS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}


def amount(text: str | Decimal, currency: str) -> str:
    """With the decimals that its currency has, or more where it has more; thousands apart."""
    number = Decimal(text)
    places = 0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2
    exact = max(0, -number.normalize().as_tuple().exponent)
    return f"{number:,.{max(places, exact)}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def quantity(text: str | Decimal) -> str:
    """Without the zeros that say nothing: 20.0 is 20."""
    return f"{Decimal(text).normalize():f}"
