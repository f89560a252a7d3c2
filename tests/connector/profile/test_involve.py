"""Whom to involve, and who waits."""

from connector.profile.involve import involve, unanswered
from tests.connector.profile.test_build import DAY, NOW, contact, deal, mention, ticket

BOB = {"name": "Bob", "email": "bob@acme.test"}


def waiting(mentions, replies):
    return [one.external_id for one in unanswered(mentions, replies)]


def test_a_reply_answers_what_it_names():
    assert waiting([mention("1"), mention("2")], [mention("9", is_ours=True, in_reply_to="1")]) == ["2"]


def test_a_later_word_of_ours_answers_the_conversation_and_an_earlier_one_does_not():
    talk = {"conversation_id": "c"}
    mentions = [mention("before", happened_at=NOW, **talk), mention("after", happened_at=NOW + 2 * DAY, **talk)]
    assert waiting(mentions, [mention("9", happened_at=NOW + DAY, is_ours=True, **talk)]) == ["after"]


def test_another_sources_reply_with_the_same_id_answers_nothing():
    assert waiting([mention("1")], [mention("9", source="y", is_ours=True, in_reply_to="1")]) == ["1"]


def test_a_mention_outside_any_conversation_waits():
    assert waiting([mention("1")], [mention("9", happened_at=NOW + DAY, is_ours=True)]) == ["1"]


def test_a_colleague_is_named_once_with_every_reason():
    (bob,) = involve([ticket("t", owner=BOB)], [contact("1", owner=BOB)], [deal("d", owner={"email": "BOB@acme.test"})])
    assert bob["name"] == "Bob"
    assert bob["why"] == ("works on the open ticket “Help”; looks after this customer in crm; runs the open deal “Big”")


def test_who_works_on_a_ticket_comes_first_and_nobody_is_invented():
    found = involve(
        [ticket("t", owner=BOB), ticket("u")], [contact("1", owner={"name": "Cleo"}), contact("2", owner={})], []
    )
    assert [one["name"] for one in found] == ["Bob", "Cleo"]
