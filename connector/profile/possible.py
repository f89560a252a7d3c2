"""Whom a profile may also be: possible matches, told without anything of the others but their ids.

Nobody is shown a guess as a fact. What both have is told by kind ("name and home agree"),
and what was decided, is held back or is one by now is not told at all.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from connector.identity.agreeing import sentence, words
from connector.profile.build import Draft
from connector.profile.things import Shown
from connector.store import possible
from connector.store.possible import Beside


def add(connection: Connection, workspace: str, found: Mapping[str, Draft]) -> None:
    """Let each of these drafts know whom it may also be, the surest first."""
    for each in possible.undecided(connection, workspace, list(found)):
        found[each.profile_id].others.setdefault(each.other_id, shown(each))


def shown(beside: Beside) -> Shown:
    return {"profile_id": beside.other_id, "agrees": words(beside.value), "why": sentence(beside.value)}
