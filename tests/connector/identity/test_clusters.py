from connector.identity.clusters import Node, keep, profile_id


def node(number: int, *, alive: bool = True) -> Node:
    return Node(number, f"crm:contact:{number}", alive)


def test_of_parts_that_are_joined_the_larger_keeps_its_id():
    assert keep([(1, 2, 3)], {1: "p_b", 2: "p_a", 3: "p_b"}, {}) == {(1, 2, 3): "p_b"}


def test_of_parts_of_one_size_the_one_that_began_first_keeps_its_id():
    assert keep([(1, 2)], {1: "p_b", 2: "p_a"}, {"p_b": 1, "p_a": 2}) == {(1, 2): "p_b"}


def test_of_parts_that_are_parted_the_larger_keeps_the_id():
    assert keep([(1,), (2, 3)], {1: "p", 2: "p", 3: "p"}, {"p": 1}) == {(2, 3): "p"}


def test_the_same_record_gets_the_same_id_in_its_workspace():
    assert profile_id("w", node(1)) == profile_id("w", node(1)) != profile_id("v", node(1))
    assert profile_id("w", node(1), 1) != profile_id("w", node(1))
    assert len(profile_id("w", node(1))) == 22


def test_an_id_with_colons_in_it_is_one_id():
    assert profile_id("w", Node(1, "crm:contact:a:b", True)) != profile_id("w", Node(1, "crm:contact:a", True))
