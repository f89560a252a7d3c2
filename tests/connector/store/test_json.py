from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType

import pytest

from connector.store import json


def test_money_is_exact_and_times_end_in_z():
    told = {"total": Decimal("10.10"), "at": datetime(2026, 5, 1, tzinfo=UTC)}
    assert json.dump(told) == '{"total":"10.10","at":"2026-05-01T00:00:00Z"}'


def test_another_zone_keeps_its_offset():
    assert json.dump(datetime(2026, 5, 1, tzinfo=timezone(timedelta(hours=2)))) == '"2026-05-01T00:00:00+02:00"'


def test_equal_things_have_equal_texts():
    assert json.dump_sorted({"b": {"d": 1, "c": 2}, "a": 3}) == json.dump_sorted({"a": 3, "b": {"c": 2, "d": 1}})


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("a\ud800b", "a\ufffdb"),
        ({"\ud800": ["\udc00"]}, {"\ufffd": ["\ufffd"]}),
        (2**64, str(2**64)),
        (b"\xffa", "\ufffda"),
        ({1: 2}, {"1": 2}),
        (MappingProxyType({"a": (1, 2)}), {"a": [1, 2]}),
        ({"b", "a"}, ["a", "b"]),
        (float("nan"), None),
    ],
)
def test_whatever_a_source_sends_can_be_kept_and_read_again(told, kept):
    assert json.load(json.dump(told)) == kept


def test_a_pair_of_surrogates_is_the_letter_it_stands_for():
    assert json.clean("\ud83d\ude00") == "\N{GRINNING FACE}"
