from connector.identity.clusters import clusters, keep, profile_id
from connector.store.members import Node


def node(number: int, *, alive: bool = True) -> Node:
    return Node(number, "crm", "contact", str(number), alive)


def test_what_hangs_together_through_others_is_one():
    nodes = {number: node(number) for number in range(1, 7)}
    assert clusters(nodes, [(5, 6), (1, 3), (3, 6)]) == [(1, 3, 5, 6), (2,), (4,)]


def test_merged_records_alone_are_nobody():
    assert clusters({1: node(1, alive=False), 2: node(2, alive=False), 3: node(3)}, [(1, 2)]) == [(3,)]


def test_an_edge_to_what_is_no_person_joins_nothing():
    assert clusters({1: node(1), 2: node(2)}, [(1, 9), (2, 9)]) == [(1,), (2,)]


def test_of_parts_that_are_joined_the_larger_keeps_its_id_then_the_smaller_id():
    assert keep([(1, 2, 3)], {1: "p_b", 2: "p_a", 3: "p_b"}) == {(1, 2, 3): "p_b"}
    assert keep([(1, 2)], {1: "p_b", 2: "p_a"}) == {(1, 2): "p_a"}


def test_of_parts_that_are_parted_the_larger_keeps_the_id():
    assert keep([(1,), (2, 3)], {1: "p", 2: "p", 3: "p"}) == {(2, 3): "p"}


def test_the_same_record_gets_the_same_id_in_its_workspace():
    assert profile_id("w", node(1)) == profile_id("w", node(1)) != profile_id("v", node(1))
    assert profile_id("w", node(1), 1) != profile_id("w", node(1))
    assert len(profile_id("w", node(1))) == 22
