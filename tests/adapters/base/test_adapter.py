"""The guarded calls: every failure comes out as the error that says what to do next, and holds no value."""

import traceback

import pytest
import requests
import urllib3

from adapters.base import (
    Adapter,
    Answer,
    AuthError,
    Page,
    RecordError,
    SourceChangedError,
    Stream,
    UnavailableError,
    UnsupportedError,
)
from adapters.base.http import RedirectedError
from adapters.base.testing import Clock
from schemas import ContactSchema


class Leaves(Stream):
    name = "leaves"
    schema = ContactSchema

    def translate(self, raw):
        return raw["translate"](raw)


class Garden(Adapter):
    name = "garden"
    stream_types = (Leaves,)

    def answer_of(self, error):
        return Answer(status=401) if isinstance(error, PermissionError) else None


@pytest.fixture
def garden():
    return Garden({}, clock=Clock())


def record(garden, translate, **raw):
    return garden.streams["leaves"].record({"translate": translate, **raw})


def failing(error):
    def call():
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "sorted_as"),
    [
        (PermissionError("token 0001"), AuthError),
        (requests.ConnectTimeout("https://x/?token=0001"), UnavailableError),
        (urllib3.exceptions.ProtocolError("token 0001"), UnavailableError),
        (ConnectionResetError("token 0001"), UnavailableError),
        (TimeoutError("token 0001"), UnavailableError),
        (KeyError("results"), SourceChangedError),
        (KeyError("anna@token 0001"), SourceChangedError),
        (ValueError("token 0001"), SourceChangedError),
        (TypeError("token 0001"), SourceChangedError),
        (RedirectedError("token 0001"), SourceChangedError),
        (requests.TooManyRedirects("token 0001"), SourceChangedError),
        (Exception("of a vendor's own, token 0001"), SourceChangedError),
        (AuthError("garden: said so itself"), AuthError),
    ],
)
def test_every_failure_is_sorted_and_repeats_nothing(garden, error, sorted_as):
    with pytest.raises(sorted_as) as caught:
        garden.guarded("leaves page", failing(error))
    assert type(caught.value) is sorted_as
    assert "0001" not in str(caught.value)
    assert str(caught.value).startswith("garden")
    assert isinstance(error, AuthError) or caught.value.__suppress_context__


def test_a_failure_says_where_it_happened(garden):
    with pytest.raises(SourceChangedError, match=r"garden\.leaves page: KeyError 'results', test_adapter\.py line \d+"):
        garden.guarded("leaves page", failing(KeyError("results")))


def test_a_failed_assertion_stays_one(garden):
    with pytest.raises(AssertionError):
        garden.guarded("leaves page", failing(AssertionError("of a test")))


def test_a_cursor_that_stands_still_stops_the_stream(garden):
    leaves = garden.streams["leaves"]
    leaves.fetch = lambda cursor: Page(items=[], cursor="a", more=True)
    assert leaves.pull(None).cursor == "a"
    with pytest.raises(SourceChangedError, match="did not advance"):
        leaves.pull("a")


def test_what_a_source_cannot_do_is_said(garden):
    leaves = garden.streams["leaves"]
    for call in (lambda: leaves.pull(None), lambda: leaves.reread(["1"]), garden.checked):
        with pytest.raises(UnsupportedError, match="garden"):
            call()


def test_reading_by_id_is_guarded_to_its_end(garden):
    def read(ids):
        yield {}
        raise ConnectionResetError

    leaves = garden.streams["leaves"]
    leaves.read = read
    with pytest.raises(UnavailableError):
        leaves.reread(["1"])


def test_a_missing_field_is_named(garden):
    with pytest.raises(RecordError, match="garden.leaves item: the item lacks id") as caught:
        record(garden, lambda raw: {"external_id": raw["id"]})
    assert caught.value.fields == {"id": ["Missing."]}


def test_a_word_that_no_table_knows_is_not_repeated(garden):
    with pytest.raises(RecordError, match="a word we do not know, test_adapter.py line") as caught:
        record(garden, lambda raw: {"external_id": {"tea": "t"}[raw["drink"]]}, drink="anna")
    assert "anna" not in str(caught.value)


def test_wrong_fields_are_named_by_their_path_and_the_id_is_kept_apart(garden):
    told = {"external_id": "anna@example.com", "address": {"country": "England"}, "colour": "green"}
    with pytest.raises(RecordError) as caught:
        record(garden, lambda raw: told)
    assert str(caught.value) == "garden.leaves item: wrong: address.country, colour"
    assert caught.value.external_id == "anna@example.com"


@pytest.mark.parametrize("answer", [None, 7, "text", ["a"]])
def test_an_item_that_is_told_as_nonsense_is_one_broken_item(garden, answer):
    with pytest.raises(RecordError):
        record(garden, lambda raw: answer)


def test_a_translation_is_not_changed_by_checking_it(garden):
    told = {"kind": "contact", "external_id": "1"}
    assert record(garden, lambda raw: told).kind == "contact"
    assert told == {"kind": "contact", "external_id": "1"}


def test_a_broken_item_chains_nothing(garden):
    born = "-".join(["not", "a", "day"])  # spelt so that the line itself does not show it
    with pytest.raises(RecordError) as caught:
        record(garden, lambda raw: {"external_id": "1", "birth_date": raw["born"]}, born=born)
    assert born not in "".join(traceback.format_exception(caught.value))


def test_a_wait_until_a_date_is_told_by_the_adapters_clock(garden):
    answer = Answer(status=429, headers={"retry-after": "Fri, 01 May 2026 12:00:20 GMT"})
    assert garden.sort("garden.leaves page", answer).retry_after == 20


def test_two_shops_with_one_adapter_are_told_apart():
    garden = Garden({}, source="back_garden")
    assert repr(garden) == "<Garden back_garden>"
    with pytest.raises(SourceChangedError, match="back_garden"):
        garden.guarded("check", failing(KeyError("x")))
