"""Chance that repeats: numbers which depend on nothing but the words given."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

# Below this, too little chance is left for another fair throw.
ENOUGH = 1 << 64


class Dice:
    """Throws that are the same each time for the same words, in the same order. Far cheaper than seeding a Random."""

    __slots__ = ("_left", "_words")

    def __init__(self, *words: object) -> None:
        self._words = "|".join(map(str, words)).encode()
        self._left = int.from_bytes(blake2b(self._words, digest_size=64).digest(), "big")

    def below(self, end: int) -> int:
        """A whole number from 0 to end - 1."""
        if self._left < ENOUGH:
            self._words = blake2b(self._words, digest_size=64).digest()
            self._left = int.from_bytes(self._words, "big")
        self._left, got = divmod(self._left, end)
        return got

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def chance(self, percent: float) -> bool:
        return self.below(10_000) < percent * 100
