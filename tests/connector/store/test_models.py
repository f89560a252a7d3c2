"""Models in the store: one serves, the last good one is kept, refusals are remembered, and old content goes."""

import pytest

from connector.store import models
from connector.store.models import KEPT_ROWS, REFUSED, SERVING, Fit


def fit(version: str, *, state: str = SERVING, at: int = 1, reason: str | None = None) -> Fit:
    return Fit(name="hints", version=version, state=state, report={"customers": 3}, reason=reason, made_at=at)


def content(connection, version: str) -> bytes:
    return b"".join(models.parts(connection, "acme", "hints", version))


@pytest.fixture
def three(store):
    with store.transaction() as connection:
        for at, version in enumerate(("a", "b", "c")):
            for part in range(3):
                models.write_part(connection, "acme", "hints", version, part, f"{version}{part}".encode())
            models.serve(connection, "acme", fit(version, at=at))
    return store


def test_the_newest_serves_and_the_one_before_keeps_its_content(three):
    with three.reading() as connection:
        assert models.serving(connection, "acme")["hints"].version == "c"
        assert [content(connection, version) for version in "abc"] == [b"", b"b0b1b2", b"c0c1c2"]
        assert [one.state for one in models.tried(connection, "acme")] == ["serving", "retired", "retired"]
        assert models.serving(connection, "other") == {}


def test_a_refusal_changes_nothing_that_serves_and_says_why(three):
    with three.transaction() as connection:
        models.refuse(connection, "acme", fit("d", state=REFUSED, at=9, reason="worse"))
        assert models.serving(connection, "acme")["hints"].version == "c"
        assert models.latest(connection, "acme", "hints").reason == "worse"
        assert content(connection, "c") == b"c0c1c2"


def test_what_a_killed_fit_wrote_is_forgotten_with_the_next(three):
    with three.transaction() as connection:
        models.write_part(connection, "acme", "hints", "dead", 0, b"half")
        models.serve(connection, "acme", fit("d", at=9))
        assert content(connection, "dead") == b""


def test_a_shorter_content_leaves_nothing_of_the_longer_one(three):
    with three.transaction() as connection:
        models.write_part(connection, "acme", "hints", "c", 0, b"new")
        models.cut_parts(connection, "acme", "hints", "c", 1)
        assert content(connection, "c") == b"new"


def test_rows_do_not_pile_up_and_the_serving_one_stays(three):
    with three.transaction() as connection:
        for at in range(3 * KEPT_ROWS):
            models.refuse(connection, "acme", fit(f"r{at}", state=REFUSED, at=100 + at, reason="worse"))
        kept = models.tried(connection, "acme")
    assert len(kept) <= KEPT_ROWS + 2
    assert "c" in {one.version for one in kept}


def test_what_a_model_says_of_itself_can_be_replaced(three):
    with three.transaction() as connection:
        models.report(connection, "acme", "hints", "c", {"forgotten": 1})
        assert models.serving(connection, "acme")["hints"].report == {"forgotten": 1}
