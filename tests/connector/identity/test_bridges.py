"""Single links and records that hold a profile together, held to taking each away."""

from itertools import combinations, pairwise

import hypothesis.strategies as some
import pytest
from hypothesis import given

from connector.identity.bridges import Split, bridges, hinges
from connector.identity.partition import components

KEYS = tuple("abcdefg")
graphs = some.sets(some.sampled_from(sorted(combinations(KEYS, 2))), max_size=12)


def parts(keys, pairs):
    """The connected parts, the slow way."""

    def around(key):
        return [other for pair in pairs for other in pair if key in pair and other != key and other in keys]

    return sorted(components(sorted(keys), around))


@given(graphs)
def test_a_bridge_is_a_link_without_which_there_are_more_parts(pairs):
    for whole in parts(KEYS, pairs):
        inside = [pair for pair in pairs if pair[0] in whole]
        splits = {pair: tuple(found) for pair in inside if len(found := parts(whole, set(inside) - {pair})) > 1}
        assert bridges(whole, inside) == [Split(pair, splits[pair]) for pair in sorted(splits)]


@given(graphs)
def test_a_hinge_is_a_record_without_which_there_are_more_parts(pairs):
    for whole in parts(KEYS, pairs):
        inside = [pair for pair in pairs if pair[0] in whole]
        rest = {key: parts(set(whole) - {key}, [pair for pair in inside if key not in pair]) for key in whole}
        wanted = [Split((key,), tuple(rest[key])) for key in sorted(whole) if len(rest[key]) > 1]
        assert hinges(whole, inside) == wanted


@pytest.mark.parametrize("find", [bridges, hinges])
def test_a_circle_is_held_by_no_single_one(find):
    assert find("abcd", [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")]) == []


def test_a_long_chain_is_no_deeper_than_we_can_walk():
    keys = [f"{number:05}" for number in range(1200)]
    assert len(bridges(keys, pairwise(keys))) == len(keys) - 1
