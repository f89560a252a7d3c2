"""Dice repeat themselves for the same words, and are fair."""

from collections import Counter

from sandbox.chance import Dice


def throws(*words: object) -> list[int]:
    dice = Dice(*words)
    return [dice.below(1000) for _ in range(500)]


def test_the_same_words_throw_the_same() -> None:
    assert throws("a", 1) == throws("a", 1)
    assert throws("a", 1) != throws("a", 2)


def test_throws_are_fair_and_do_not_run_out() -> None:
    dice = Dice("fair")
    counts = Counter(dice.below(10) for _ in range(20_000))
    assert set(counts) == set(range(10))
    assert all(1800 < count < 2200 for count in counts.values())


def test_a_chance_is_in_per_cent() -> None:
    dice = Dice("chance")
    assert 250 < sum(dice.chance(3) for _ in range(10_000)) < 350
    assert not any(dice.chance(0) for _ in range(100))
    assert all(dice.chance(100) for _ in range(100))
