"""Training through the real path: records in a store, a fit, and what a process then serves."""

from dataclasses import replace

import pytest

from connector.clock import micros
from connector.recommendations import candidates, training
from connector.recommendations.history import Basket
from connector.recommendations.ledger import lot_of
from connector.recommendations.recommender import Recommender
from connector.store import leases, members, profiles
from tests.connector.recommendations.shop import baskets_of
from tests.connector.recommendations.town import WORKSPACE, Town, customer

PEOPLE = baskets_of(customers=220)


def late(*products: str, day: int = 18_500) -> dict[str, list[Basket]]:
    """A few customers more: at least one of them is not held back."""
    baskets = [Basket("1", day, products), Basket("2", day + 1, products[:1])]
    return {f"late{day}{number}": baskets for number in range(4)}


@pytest.fixture
def town(store, clock) -> Town:
    return Town(store, clock)


@pytest.fixture
def alone(sqlite_store, clock) -> Town:
    """On one database, where the other would say the same."""
    return Town(sqlite_store, clock)


def told(outcome) -> dict[str, str]:
    return {fit.name: fit.state for fit in outcome.fits}


def profile_of(town: Town, name: str) -> str:
    with town.store.reading() as connection:
        return next(iter(members.of_contacts(connection, WORKSPACE, [("crm", name)])))


def test_what_was_synced_is_fitted_served_and_every_profile_waits(town):
    town.people(PEOPLE)
    with town.store.transaction() as connection:
        waiting = profiles.waiting(connection, WORKSPACE, 1000, without=[])
        built = [
            profiles.Stored(profile_id=one.profile_id, version=1, document=b"{}", etag="1", handles=frozenset())
            for one in waiting
        ]
        profiles.write(connection, WORKSPACE, built, 0)
        profiles.unmark(connection, WORKSPACE, waiting)
    outcome = town.fit()
    assert told(outcome) == {"likelihood": "serving", "hints": "serving"}
    with town.store.reading() as connection:
        assert profiles.count_stale(connection, WORKSPACE) == len(PEOPLE)
    fitted = town.fitted()
    assert fitted.version == fitted.recommender.model.version
    assert fitted.names["ink"] == "The ink"
    hints = fitted.recommender.hints(fitted.recommender.orders(PEOPLE["c1"]), profile_of(town, "c1"))
    assert hints.due and hints.may_like
    assert fitted.likelihood.ordering.customers < len(PEOPLE)
    assert "reading orders" in town.said
    report = next(fit.report for fit in outcome.fits if fit.name == "hints")
    assert report["customers"] == len(PEOPLE)
    assert report["validation"]["recall at ten"]["customers"] > 10


def test_the_same_orders_are_not_fitted_twice(alone):
    alone.people(PEOPLE)
    alone.fit()
    again = alone.fit()
    assert (again.fits, again.swapped) == ((), False)


def test_neither_model_has_seen_who_is_asked(alone):
    alone.people(PEOPLE)
    alone.fit()
    who = alone.fitted().recommender.model.tables.slow.who
    assert who and all(lot_of(profile_id) >= 0.1 for profile_id in who)
    assert len(who) < len(PEOPLE)


class Backwards(Recommender):
    """Shows what is least likely."""

    def __init__(self, model) -> None:
        super().__init__(replace(model, weights=-model.weights, new_weights=-model.new_weights))


def test_a_worse_model_is_refused_with_its_reason_and_the_good_one_serves_on(alone, monkeypatch):
    alone.people(PEOPLE)
    alone.fit()
    before = alone.fitted().version
    alone.people(late("p1", "p2"))
    fit = candidates.fit
    monkeypatch.setattr(candidates, "fit", lambda *given, **more: Backwards(fit(*given, **more)).model)
    outcome = alone.fit()
    assert told(outcome)["hints"] == "refused"
    reason = next(fit.reason for fit in alone.tried() if fit.state == "refused")
    assert reason.startswith("worse than the serving model on customers held back from both: recall at ten 0.")
    assert alone.fitted().recommender.model.version == before


@pytest.mark.parametrize("part", ["fit_ordering", "fit_worth"])
def test_a_worse_likelihood_is_refused_too(alone, monkeypatch, part):
    alone.people(PEOPLE)
    alone.fit()
    before = alone.fitted().likelihood
    alone.people(late("p1", "p2"))
    good = getattr(candidates, part)

    def bad(*given):
        made = good(*given)
        return replace(made, r=made.r * 50) if part == "fit_ordering" else replace(made, gamma=made.gamma * 50)

    monkeypatch.setattr(candidates, part, bad)
    told = {fit.name: fit for fit in alone.fit().fits}
    assert told["likelihood"].state == "refused"
    assert "log-likelihood of " in told["likelihood"].reason
    assert alone.fitted().likelihood == before


def test_a_fit_that_fails_is_refused_without_a_customers_value(alone, monkeypatch):
    alone.people(PEOPLE)
    alone.fit()
    before = alone.fitted().version
    alone.people(late("p1", "p2"))

    def broken(*given, **more):
        raise ValueError("late@example.com")

    monkeypatch.setattr(candidates, "fit", broken)
    outcome = alone.fit()
    assert [fit.reason for fit in outcome.fits if fit.name == "hints"] == ["the fit failed: ValueError"]
    assert alone.fitted().recommender.model.version == before


def test_a_killed_fit_leaves_what_served_and_the_next_one_cleans_up(alone, monkeypatch):
    alone.people(PEOPLE)
    alone.fit()
    before = alone.fitted().version
    alone.people(late("p1", "p2"))

    def killed(*given):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(training.models, "cut_parts", killed)
        with pytest.raises(KeyboardInterrupt):
            alone.fit()
    assert alone.fitted().version == before
    assert alone.fit().swapped
    assert alone.fitted().version != before


def test_the_last_good_content_is_kept_and_older_ones_are_not(alone):
    from sqlalchemy import select

    from connector.store.tables_offers import model_parts

    alone.people(PEOPLE)
    versions = []
    for number in range(3):
        alone.people(late("p1", "p2", day=18_500 + 10 * number))
        alone.clock.advance(60)
        alone.fit()
        versions.append(alone.fitted().version)
    with alone.store.reading() as connection:
        held = set(connection.scalars(select(model_parts.c.version).where(model_parts.c.name == "hints")))
    assert held == set(versions[1:])
    assert [fit.state for fit in alone.tried() if fit.name == "hints"] == ["serving", "retired", "retired"]


def test_one_fits_at_a_time(alone):
    alone.people(PEOPLE)
    with alone.store.transaction() as connection:
        leases.take(connection, WORKSPACE, training.REFIT, "elsewhere/1/x", now=micros(alone.clock()), seconds=60)
    assert alone.fit().busy
    assert alone.tried() == []


def test_who_took_the_lease_over_wins(alone, monkeypatch):
    alone.people(PEOPLE)
    write = training.write

    def slow(*given):
        write(*given)
        alone.clock.advance(2 * training.LEASE_SECONDS)
        with alone.store.transaction() as connection:
            leases.take(connection, WORKSPACE, training.REFIT, "elsewhere/1/x", now=micros(alone.clock()), seconds=60)

    monkeypatch.setattr(training, "write", slow)
    assert alone.fit().busy
    assert alone.fitted() is None


def test_who_objected_is_left_out_and_so_is_who_was_not_asked_where_consent_is_required(alone):
    alone.people(PEOPLE)
    alone.people(
        {"never": [Basket("1", 18_500, ("secret", "p1")), Basket("2", 18_501, ("secret",))]}, marketing_consent=False
    )
    alone.fit()
    fitted = alone.fitted()
    assert "secret" not in fitted.recommender.model.items
    assert profile_of(alone, "never") not in fitted.recommender.model.tables.slow.who
    assert next(fit for fit in alone.tried() if fit.name == "hints").report["left_out"] == 1
    alone.consent = "required"
    outcome = alone.fit()
    assert {fit.reason.partition(":")[0] for fit in outcome.fits} == {"too little to learn from"}


def test_nothing_crosses_workspaces(alone):
    alone.people(PEOPLE)
    alone.fit()
    assert training.Training(alone.store, alone.clock).run("other").swapped is False
    assert alone.fitted() is not None


def test_orders_of_tomorrow_are_no_history(alone):
    alone.people(PEOPLE)
    alone.take(*customer("dreamer", [Basket("1", 40_000, ("p1",)), Basket("2", 40_001, ("p1", "p2"))]))
    alone.fit()
    assert alone.fitted().likelihood.as_of < 21_000
