"""A small made-up shop: people with habits, and a product that follows another."""

import random

from connector.recommendations.history import Basket, History, HistoryBuilder


def baskets_of(seed: int = 1, customers: int = 80, products: int = 40) -> dict[str, list[Basket]]:
    """Everybody has three favourites; who buys a printer buys ink next."""
    dice, people = random.Random(seed), {}
    for person in range(customers):
        favourites = dice.sample(range(products), 3)
        day, held = dice.randrange(30), []
        for place in range(dice.randrange(2, 12)):
            day += dice.randrange(5, 15)
            items = [f"p{item}" for item in favourites if dice.random() < 0.6]
            items += [f"p{min(int(dice.expovariate(0.2)), products - 1)}" for _extra in range(3)]
            if held and "printer" in held[-1].items:
                items.append("ink")
            elif dice.random() < 0.1:
                items.append("printer")
            held.append(Basket(f"{person}-{place}", 18_000 + day, tuple(dict.fromkeys(items))))
        people[f"c{person}"] = held
    return people


def history_of(people: dict[str, list[Basket]]) -> History:
    builder = HistoryBuilder()
    for who, baskets in people.items():
        for basket in baskets:
            builder.add(who, basket.day, basket.items)
    return builder.build()
