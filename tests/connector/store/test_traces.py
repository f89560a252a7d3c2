"""What hints leave behind goes with the person."""

import pytest
from sqlalchemy import select

from connector.store import exposures, members, outcomes, traces
from connector.store.outcomes import Outcome
from connector.store.tables_offers import exposures as seen
from connector.store.tables_offers import outcomes as told

IDS = ["p_a", "p_b", "p_c", "p_d"]


@pytest.fixture
def left(store):
    """Who is left after these were joined and those forgotten; every profile had both traces."""

    def after(successors, gone):
        with store.transaction() as connection:
            members.open_profiles(connection, "default", IDS, 1)
            members.retire(connection, "default", successors)
            for each in IDS:
                row = {"profile_id": each, "arm": "offered", "digest": "d", "day": 1, "hints": [], "at": 1}
                exposures.put(connection, [{"workspace": name, **row} for name in ("default", "other")])
                one = {"product": "tea", "list": "due", "model": "m", "outcome": "shown", "reason": "ill"}
                outcomes.put(
                    connection, "default", Outcome(hint_id=f"{each}.1", profile_id=each, told_by="k", at=1, **one)
                )
            traces.forget(connection, "default", gone)
            of = [select(table.c.profile_id).where(table.c.workspace == "default") for table in (seen, told)]
            both = [sorted(connection.scalars(query)) for query in of]
            others = select(seen.c.profile_id).where(seen.c.workspace == "other")
            assert sorted(connection.scalars(others)) == IDS
        assert both[0] == both[1]
        return both[0]

    return after


def test_what_was_seen_and_told_of_somebody_goes_with_them(left):
    assert left({}, ["p_a"]) == ["p_b", "p_c", "p_d"]


def test_so_does_that_of_those_who_were_joined_into_them(left):
    assert left({"p_a": "p_b", "p_b": "p_c"}, ["p_c"]) == ["p_d"]


def test_a_profile_that_was_joined_into_another_keeps_its_own(left):
    assert left({"p_a": "p_b"}, ["p_a"]) == IDS
