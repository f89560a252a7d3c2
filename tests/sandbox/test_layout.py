"""Owner, place and number of a row lead to each other, and time never falls."""

from datetime import UTC, datetime

import pytest

from sandbox.crowd import BLOCK, crowd
from sandbox.layout import AnsweredLayout, Layout

BEGIN, END = datetime(2023, 5, 1, tzinfo=UTC), datetime(2026, 4, 30, tzinfo=UTC)
COUNTS = [place.counts["shop", "order"] for place in crowd(1)]


@pytest.fixture(params=[1, 7, 400, BLOCK, BLOCK + 1, 3300])
def people(request) -> int:
    return request.param


def test_every_row_of_every_person_has_a_place_of_its_own(people: int) -> None:
    layout = Layout(COUNTS, people, BEGIN, END)
    rows = [(person, which) for person in range(people) for which in range(layout.rows_of(person))]
    assert layout.count == len(rows)
    assert sorted(layout.place(*row) for row in rows) == list(range(layout.count))
    assert all(layout.owner(layout.place(*row)) == row for row in rows)


def test_numbers_and_places_are_each_others_inverse(people: int) -> None:
    layout = Layout(COUNTS, people, BEGIN, END)
    numbers = [layout.number(place) for place in range(layout.count)]
    assert sorted(numbers) == list(range(layout.count))
    assert all(layout.number(number) == place for place, number in enumerate(numbers))


@pytest.mark.parametrize("jumbled", [True, False])
def test_time_never_falls_and_equal_times_are_in_the_order_of_numbers(people: int, jumbled: bool) -> None:
    layout = Layout(COUNTS, people, BEGIN, END, jumbled=jumbled)
    keys = [(layout.seconds(place), layout.number(place)) for place in range(layout.count)]
    assert keys == sorted(keys)
    assert not keys or BEGIN.timestamp() <= keys[0][0] <= keys[-1][0] < END.timestamp()


def test_a_persons_rows_are_spread_over_the_years() -> None:
    layout = Layout(COUNTS, 5000, BEGIN, END)
    (often, *_) = (person for person in range(5000) if layout.rows_of(person) > 10)
    times = sorted(layout.seconds(layout.place(often, which)) for which in range(layout.rows_of(often)))
    assert times[-1] - times[0] > 2 * 365 * 86_400


def test_three_of_five_mentions_are_answered_later(people: int) -> None:
    mentions = Layout(COUNTS, people, BEGIN, END, jumbled=False)
    answers = AnsweredLayout(mentions)
    assert answers.count == sum(1 for place in range(mentions.count) if place % 5 in AnsweredLayout.ANSWERED)
    asked = [mentions.place(*answers.owner(place)) for place in range(answers.count)]
    assert asked == sorted(set(asked))
    assert all(answers.seconds(place) > mentions.seconds(there) for place, there in enumerate(asked))
