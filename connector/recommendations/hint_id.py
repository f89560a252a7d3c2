"""Hint ids: by what an agent's answer names the hint that it is about.

The id begins with the profile, and the rest follows from what the hint is. So the same
hint has the same id on the card, in the API and after any rebuild, and nothing is stored.
"""

from hashlib import blake2b
from typing import Literal

# Hexadecimal digits that tell the hints of one profile apart.
DIGITS = 12

List = Literal["due", "may_like"]


def hint_id(workspace: str, profile_id: str, which: List, product: str, model: str) -> str:
    """`<profile id>.<12 hexadecimal digits>`. `which`: the list it stands in; `product`: the product's key."""
    # Lengths in front, for a product's key may hold any character.
    told = "".join(f"{len(part)}:{part}" for part in (workspace, which, product, model))
    return f"{profile_id}.{blake2b(told.encode(), digest_size=DIGITS // 2).hexdigest()}"


def profile_of(hint: str) -> str | None:
    """Whose hint it is; None when it is no hint's id."""
    profile_id, _, rest = hint.rpartition(".")
    is_one = bool(profile_id) and len(rest) == DIGITS and all(letter in "0123456789abcdef" for letter in rest)
    return profile_id if is_one else None
