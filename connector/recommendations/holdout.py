"""The holdout: customers chosen by chance who are shown no hints, so that what hints do can be measured.

Chance is a hash of workspace and profile id, so nobody stores who is in it, every process knows it, and it has nothing
to do with what the customer does. A join keeps the arm of the id that lives on; a larger share keeps all who were
held out under the smaller one.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Literal

Arm = Literal["offered", "held_out"]

OFFERED: Arm = "offered"
HELD_OUT: Arm = "held_out"

NOTE = "Held out: this customer is in the group that is shown no hints, so that their effect can be measured."


def arm(workspace: str, profile_id: str, share: float) -> Arm:
    """The group of a customer. `share`: of all customers, how many are shown nothing; 0 is nobody."""
    hashed = blake2b(f"{len(workspace)}:{workspace}{profile_id}".encode(), digest_size=8, person=b"holdout").digest()
    return HELD_OUT if int.from_bytes(hashed) < share * 2**64 else OFFERED


def held_back(recommendations: Mapping[str, Any]) -> dict[str, Any]:
    """What a held-out customer's card says, made of what it would have said.

    Give it the recommendations as everybody else would get them, after all policies: both arms are then counted by
    the same rule (there was at least one hint to show). What is left of the hints is their number, `held_out`, for a
    name on the card would tell the agent what to offer; so would a product that is withheld, which goes as well.
    """
    count = len(recommendations["due"]) + len(recommendations["may_like"])
    withheld = [each for each in recommendations["withheld"] if not each.get("product")]
    kept = {**recommendations, "due": [], "may_like": [], "withheld": withheld, "held_out": count}
    return kept | ({"note": NOTE} if count else {})
