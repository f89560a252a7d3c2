"""The counting steps as plain SQL, for a base that no longer fits one machine.

They count what `tallies` counts, in the SQL that DuckDB, PostgreSQL and Spark SQL share: no
arrays, no functions of one engine. Both tables are views or tables of yours:

    {baskets}(basket, customer, place)   place: 0 for a customer's first basket, 1 for the next ...
    {lines}(basket, item)                each item once per basket
"""

from collections.abc import Mapping

from connector.recommendations.history import History

POPULARITY = """
SELECT item, COUNT(*) AS baskets
FROM {lines}
GROUP BY item
"""

REPEAT_BUYERS = """
SELECT item, COUNT(*) AS buyers, SUM(CASE WHEN bought > 1 THEN 1 ELSE 0 END) AS again
FROM (
    SELECT l.item AS item, b.customer AS customer, COUNT(*) AS bought
    FROM {lines} l JOIN {baskets} b ON b.basket = l.basket
    GROUP BY l.item, b.customer
) AS per_customer
GROUP BY item
"""

CO_PURCHASES = """
SELECT l.item AS item, r.item AS other, COUNT(*) AS baskets
FROM {lines} l JOIN {lines} r ON r.basket = l.basket AND r.item <> l.item
GROUP BY l.item, r.item
"""

TRANSITIONS = """
SELECT l.item AS item, r.item AS other, COUNT(*) AS times
FROM {baskets} b
JOIN {baskets} n ON n.customer = b.customer AND n.place = b.place + 1
JOIN {lines} l ON l.basket = b.basket
JOIN {lines} r ON r.basket = n.basket AND r.item <> l.item
GROUP BY l.item, r.item
"""

COUNTS: Mapping[str, str] = {
    "popularity": POPULARITY,
    "repeat_buyers": REPEAT_BUYERS,
    "co_purchases": CO_PURCHASES,
    "transitions": TRANSITIONS,
}


def statement(name: str, baskets: str = "baskets", lines: str = "lines") -> str:
    """One of COUNTS over your tables; their names are put in as they are, so they must be yours."""
    return COUNTS[name].format(baskets=baskets, lines=lines).strip()


def rows_of(history: History) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]]]:
    """A history as rows of both tables, with the numbers that stand for customers and items."""
    baskets = zip(range(history.day.size), history.customer_of.tolist(), history.place.tolist(), strict=True)
    sizes = (history.first_line[1:] - history.first_line[:-1]).tolist()
    of_lines = (basket for basket, size in enumerate(sizes) for _line in range(size))
    return list(baskets), list(zip(of_lines, history.item.tolist(), strict=True))
