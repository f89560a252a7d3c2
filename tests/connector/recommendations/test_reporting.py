"""The report's customers as the store knows them: everybody once, under the id that lives on."""

from datetime import UTC, datetime

import pytest
from rq import Queue

from connector import worker
from connector.bootstrap import assemble
from connector.cache import reports
from connector.recommendations import reporting
from connector.recommendations.products import DAY
from connector.settings import build
from connector.store import exposures, members, outcomes
from connector.store.outcomes import Outcome
from connector.sync.doorbell import LATER
from tests.connector.records import contact, email, order

W = "default"
AT = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture(params=[1, 2, 500])
def portion(request, monkeypatch):
    """However few are read at once."""
    monkeypatch.setattr(reporting, "PORTION", request.param)


def see(store, *rows, workspace=W):
    """Each: profile id, arm, day."""
    with store.transaction() as connection:
        members.open_profiles(connection, workspace, {profile_id for profile_id, *_ in rows}, 1)
        exposures.put(
            connection,
            [
                {
                    "workspace": workspace, "profile_id": profile_id, "arm": arm, "digest": f"{day}", "day": day,
                    "hints": [{"id": f"{profile_id}.1", "product": "tea", "list": "due", "model": "m", "kind": None}],
                    "at": day * DAY,
                }
                for profile_id, arm, day in rows
            ],
        )  # fmt: skip


def tell(store, profile_id, outcome="accepted", day=5):
    told = Outcome(
        hint_id=f"{profile_id}.1", profile_id=profile_id, product="tea", list="due", model="m", outcome=outcome,
        reason=None, told_by="k", at=day * DAY,
    )  # fmt: skip
    with store.transaction() as connection:
        members.open_profiles(connection, W, [profile_id], 1)
        outcomes.put(connection, W, told)


def retire(store, successors):
    with store.transaction() as connection:
        members.open_profiles(connection, W, set(successors.values()), 1)
        members.retire(connection, W, successors)


def found(store):
    """Of each customer: the days on which they were seen, and what was told."""
    return sorted(
        ([seen.at // DAY for seen in one.exposures], [told.outcome for told in one.outcomes])
        for one in reporting.customers(store, W)
    )


@pytest.mark.usefixtures("portion")
def test_everybody_comes_once(store):
    see(store, ("p_a", "offered", 1), ("p_a", "offered", 2), ("p_c", "held_out", 3))
    see(store, ("p_x", "offered", 9), workspace="other")
    tell(store, "p_b")
    tell(store, "p_c", "declined")
    assert found(store) == [([], ["accepted"]), ([1, 2], []), ([3], ["declined"])]


@pytest.mark.usefixtures("portion")
def test_joined_profiles_are_one_customer(store):
    see(store, ("p_a", "offered", 1), ("p_b", "held_out", 2), ("p_d", "offered", 3))
    tell(store, "p_d")
    # One into a profile that was seen itself, and two into one that never was.
    see(store, ("p_e", "offered", 4))
    retire(store, {"p_a": "p_b", "p_d": "p_0", "p_e": "p_0"})
    assert found(store) == [([1, 2], []), ([3, 4], ["accepted"])]


def test_an_undone_join_makes_them_two_again(store):
    see(store, ("p_a", "offered", 1), ("p_b", "held_out", 2))
    retire(store, {"p_a": "p_b"})
    with store.transaction() as connection:
        members.open_profiles(connection, W, ["p_a"], 1)
    assert found(store) == [([1], []), ([2], [])]


def test_orders_hang_on_whoever_made_them(parts_with_orders):
    store, profile_id = parts_with_orders
    see(store, (profile_id, "offered", 20_574))
    told = reporting.of_workspace(store, W, at=AT, days=30, share=0.05)
    assert told["effect"]["conversion"]["offered"]["ordered"] == 1
    assert told["hints"]["orders_after"][0]["amount"] == "9.90"
    assert (told["at"], told["since"], told["holdout"]) == ("2026-09-01T00:00:00Z", None, 0.05)


@pytest.fixture
def parts_with_orders(tmp_path, redis, redis_url):
    """A store with Ada, who ordered tea, and her profile's id."""
    line = {"sku": "tea", "quantity": "1", "total": "9.90"}
    bought = order("o1", contacts=("1",), hours=24, currency="EUR", total="9.90", lines=[line], state="placed")
    with assemble(build({"data_dir": str(tmp_path), "redis_url": redis_url})) as parts:
        parts.intake.take(W, [contact("1", email("ada@example.com")), bought])
        parts.rebuild.run()
        yield parts.store, parts.lookup.find(W, email("ada@example.com")).profile_id


def test_a_worker_keeps_the_report_for_the_page(tmp_path, redis, redis_url):
    with assemble(build({"data_dir": str(tmp_path), "redis_url": redis_url})) as parts:
        parts.queue.report(W)
        (job,) = Queue(LATER, connection=redis).jobs
        worker.current.set(parts)
        job.perform()
        assert reports.get(redis, W)["effect"]["conversion"]["verdict"] == "too_little"
        # What was asked for after that is made once more.
        Queue(LATER, connection=redis).empty()
        parts.queue.report(W)
        assert Queue(LATER, connection=redis).count == 1
