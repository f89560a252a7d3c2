"""The chart of a customer's months: a bar for each, drawn on the server, with a table that says the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WIDTH, HEIGHT, GAP = 320, 72, 4
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Bar:
    month: str
    net: Decimal
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """One currency's bars. `zero` is the height of the line from which they rise, or hang for net refunds."""

    currency: str
    bars: tuple[Bar, ...]
    zero: float
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def summary(self) -> str:
        """For who does not see the bars."""
        best = max(self.bars, key=lambda bar: bar.net)
        total, orders = sum(bar.net for bar in self.bars), sum(bar.count for bar in self.bars)
        counted = f"{orders} order{'' if orders == 1 else 's'}"
        return (
            f"{counted} from {self.bars[0].month} to {self.bars[-1].month}, {total} {self.currency} in all; "
            f"most in {best.month}: {best.net} {self.currency}"
        )


def charts(months: Iterable[Mapping[str, Any]]) -> list[Chart]:
    """A chart per currency over the same months, those without an order included; the busiest currency first."""
    told: dict[str, dict[str, tuple[Decimal, int]]] = {}
    for each in months:
        told.setdefault(each["currency"], {})[each["month"]] = Decimal(each["net"]), each["count"]
    if not told:
        return []
    span = _span(sorted({month for by_month in told.values() for month in by_month}))
    busiest = sorted(told, key=lambda currency: (-sum(count for _, count in told[currency].values()), currency))
    return [_chart(currency, told[currency], span) for currency in busiest]


def _span(months: list[str]) -> list[str]:
    """The year that ends with the newest month: always as many, so that one glance compares two customers."""
    last = _number(months[-1])
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(last - MONTHS + 1, last + 1)]


def _number(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1


def _chart(currency: str, by_month: Mapping[str, tuple[Decimal, int]], span: list[str]) -> Chart:
    nets = [by_month.get(month, (Decimal(0), 0)) for month in span]
    top = max([Decimal(0), *(net for net, _ in nets)])
    bottom = min([Decimal(0), *(net for net, _ in nets)])
    scale = HEIGHT / float(top - bottom or 1)
    zero = round(float(top) * scale, 1)
    width = WIDTH / len(span)
    bars = []
    for place, (month, (net, count)) in enumerate(zip(span, nets, strict=True)):
        # A month with orders shows at least a line.
        height = max(abs(float(net)) * scale, 1.0 if count else 0.0)
        y = zero - height if net >= 0 else zero
        bars.append(
            Bar(month, net, count, round(place * width, 1), round(y, 1), round(width - GAP, 1), round(height, 1))
        )
    return Chart(currency, tuple(bars), zero)
