"""`visavis recommendations report`: what may be said, the figures, and all of it for machines."""

import os
from datetime import datetime, timedelta

import orjson
import pytest

from connector.bootstrap import assemble
from connector.clock import micros
from connector.settings import load
from connector.store import exposures, outcomes
from connector.store.outcomes import Outcome

SEEN = datetime.fromisoformat("2026-03-01T12:00:00+00:00")


@pytest.fixture
def company(company):
    """With a hint that was seen on two days of March, and accepted."""
    company.run("sync")
    hint = {"id": "p_a.0123456789ab", "product": "tea", "list": "due", "model": "m1", "kind": "bought"}
    with assemble(load(os.environ)) as parts, parts.store.transaction() as connection:
        for day in (0, 3):
            at = micros(SEEN + timedelta(days=day))
            row = {"workspace": "default", "profile_id": "p_a", "arm": "offered", "digest": "d", "day": day, "at": at}
            exposures.put(connection, [row | {"hints": [hint]}])
        told = {name: hint[name] for name in ("product", "list", "model")}
        accepted = Outcome(
            hint_id=hint["id"], profile_id="p_a", outcome="accepted", reason=None, told_by="k_1", at=at, **told
        )
        outcomes.put(connection, "default", accepted)
    return company


def test_it_says_first_what_may_be_said(company):
    told = company.run("recommendations", "report")
    assert told.code == 0
    assert told.out.startswith(
        "Too little to tell what hints do: 1 customers who were offered hints and 0 who were held"
    )
    assert "due" in told.out
    assert "100.0% (20.7% to 100.0%)" in told.out


def test_machines_get_all_of_it(company):
    told = orjson.loads(company.run("recommendations", "report", "--json").out)
    assert told["hints"]["all"]["accepted"] == 1
    assert (told["holdout"], told["effect"]["days"], told["since"]) == (0.05, 30, None)


@pytest.mark.parametrize(
    ("given", "shown"),
    [(["--since", "2026-03-01"], 1), (["--since", "2026-03-02"], 0), (["--until", "2026-03-01"], 0)],
)
def test_a_period_takes_what_was_first_seen_in_it(company, given, shown):
    told = orjson.loads(company.run("recommendations", "report", "--json", *given).out)
    assert told["hints"]["all"]["shown"] == shown
    assert told["effect"]["conversion"]["offered"]["customers"] == shown


def test_a_period_that_ends_before_it_begins_is_refused(company):
    answer = company.run("recommendations", "report", "--since", "2026-03-02", "--until", "2026-03-01")
    assert answer.code == 2
    assert "--since" in answer.err
