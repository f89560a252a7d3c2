"""The sandbox's X, asked as any client would ask it."""

import pytest
from werkzeug.test import Client

from sandbox.faults import Faults
from sandbox.vendors.x import BEARER_TOKEN, app
from tests.sandbox.vendors.small_world import SmallWorld


@pytest.fixture
def world():
    return SmallWorld()


@pytest.fixture
def get(world):
    client = Client(app(world, Faults()))

    def get(path, **query):
        return client.get(path, query_string=query, headers={"Authorization": f"Bearer {BEARER_TOKEN}"})

    return get


MENTIONS = "/2/users/2244994945/mentions"


def test_no_or_another_token_is_refused_in_xs_words(world):
    client = Client(app(world, Faults()))
    for headers in ({}, {"Authorization": "Bearer other"}):
        answer = client.get(MENTIONS, headers=headers)
        assert answer.status_code == 401
        assert answer.json["title"] == "Unauthorized"


def test_the_newest_post_comes_first_and_tokens_lead_to_the_rest(world, get):
    posts = [world.mention(world.person(1)) for _ in range(7)]
    first = get(MENTIONS, max_results=5).json
    assert [post["id"] for post in first["data"]] == [post.id for post in posts[:1:-1]]
    assert first["meta"]["newest_id"] == posts[-1].id
    assert first["meta"]["oldest_id"] == posts[2].id
    assert first["meta"]["result_count"] == 5
    second = get(MENTIONS, max_results=5, pagination_token=first["meta"]["next_token"]).json
    assert [post["id"] for post in second["data"]] == [posts[1].id, posts[0].id]
    assert "next_token" not in second["meta"]


def test_a_page_does_not_shift_when_posts_arrive(world, get):
    for _ in range(7):
        world.mention(world.person(1))
    first = get(MENTIONS, max_results=5).json
    world.mention(world.person(2))
    second = get(MENTIONS, max_results=5, pagination_token=first["meta"]["next_token"]).json
    assert not {post["id"] for post in first["data"]} & {post["id"] for post in second["data"]}
    assert second["meta"]["result_count"] == 2


def test_since_and_until_bound_what_is_shown(world, get):
    posts = [world.mention(world.person(1)) for _ in range(6)]
    shown = get(MENTIONS, since_id=posts[1].id, until_id=posts[4].id).json["data"]
    assert [post["id"] for post in shown] == [posts[3].id, posts[2].id]


def test_nothing_new_is_a_count_of_zero_without_data(world, get):
    post = world.mention(world.person(1))
    assert get(MENTIONS, since_id=post.id).json == {"meta": {"result_count": 0}}


def test_only_the_fields_and_expansions_asked_for_are_given(world, get):
    person = world.person(1)
    world.mention(person)
    plain = get(MENTIONS).json
    assert set(plain["data"][0]) == {"id", "text", "edit_history_tweet_ids"}
    assert "includes" not in plain
    told = get(MENTIONS, **{"tweet.fields": "author_id,created_at", "expansions": "author_id"}).json
    assert told["data"][0]["author_id"] == person.id
    assert told["data"][0]["created_at"] == "2026-05-01T12:00:01.000Z"
    assert told["includes"]["users"] == [{"id": person.id, "name": "Person 1", "username": "person1"}]


def test_an_edit_gets_a_new_id_and_keeps_its_history(world, get):
    post = world.mention(world.person(1), "@teashop one")
    world.mention(world.person(2))
    world.edit(post, "@teashop two")
    (edited,) = get(MENTIONS, since_id=post.id).json["data"][:1]
    assert edited["text"] == "@teashop two"
    assert edited["id"] != post.id
    assert edited["edit_history_tweet_ids"] == [post.id, edited["id"]]
    for asked in (post.id, edited["id"]):
        (found,) = get("/2/tweets", ids=asked).json["data"]
        assert found["id"] == asked


def test_a_deleted_post_is_gone_from_lists_and_an_error_beside_what_is_there(world, get):
    kept, gone = world.mention(world.person(1)), world.mention(world.person(2))
    world.delete(gone)
    assert [post["id"] for post in get(MENTIONS).json["data"]] == [kept.id]
    answer = get("/2/tweets", ids=f"{kept.id},{gone.id}")
    assert answer.status_code == 200
    assert [post["id"] for post in answer.json["data"]] == [kept.id]
    (error,) = answer.json["errors"]
    assert (error["resource_id"], error["title"]) == (gone.id, "Not Found Error")


def test_at_most_800_mentions_are_shown(world, get):
    for _ in range(805):
        world.mention(world.person(1))
    count, token = 0, {}
    while True:
        meta = get(MENTIONS, max_results=100, **token).json["meta"]
        count += meta["result_count"]
        if "next_token" not in meta:
            break
        token = {"pagination_token": meta["next_token"]}
    assert count == 800


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("max_results", "4"), ("max_results", "101"), ("since_id", "x"), ("pagination_token", "forged")],
)
def test_what_x_does_not_take_is_named(get, parameter, value):
    answer = get(MENTIONS, **{parameter: value})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["parameters"] == {parameter: [value]}


def test_people_are_found_by_id_and_the_brand_by_name(world, get):
    person = world.person(1)
    assert get("/2/users/by/username/TeaShop").json["data"]["id"] == world.brand.id
    assert get(f"/2/users/{person.id}").json["data"]["username"] == "person1"
    told = get("/2/users", ids=f"{person.id},404").json
    assert [user["id"] for user in told["data"]] == [person.id]
    assert told["errors"][0]["resource_id"] == "404"
    assert "data" not in get("/2/users/by/username/nobody").json


def test_own_posts_name_what_they_answer(world, get):
    post = world.mention(world.person(1))
    reply = world.reply(post)
    fields = {"tweet.fields": "referenced_tweets,in_reply_to_user_id,conversation_id"}
    told = get("/2/users/2244994945/tweets", expansions="referenced_tweets.id,in_reply_to_user_id", **fields).json
    (own,) = told["data"]
    assert own["id"] == reply.id
    assert own["referenced_tweets"] == [{"type": "replied_to", "id": post.id}]
    assert own["conversation_id"] == post.id
    assert [one["id"] for one in told["includes"]["tweets"]] == [post.id]
    assert [one["id"] for one in told["includes"]["users"]] == [post.values["author_id"]]


def test_search_reaches_seven_days_back(world, get):
    old = world.mention(world.person(1))
    world.wait(8 * 86_400)
    new = world.mention(world.person(1))
    shown = get("/2/tweets/search/recent", query="@teashop").json
    assert [post["id"] for post in shown["data"]] == [new.id]
    refused = get("/2/tweets/search/recent", query="@teashop", since_id=old.id)
    assert refused.status_code == 400
    assert "since_id" in refused.json["errors"][0]["parameters"]
    assert get("/2/tweets/search/recent").status_code == 400


def test_each_answer_says_how_many_requests_are_left_and_the_last_is_a_429(world):
    client = Client(app(world, Faults(), per_window=2))
    headers = {"Authorization": f"Bearer {BEARER_TOKEN}"}
    left = [client.get(MENTIONS, headers=headers) for _ in range(3)]
    assert [answer.headers["x-rate-limit-remaining"] for answer in left] == ["1", "0", "0"]
    assert [answer.status_code for answer in left] == [200, 200, 429]
    assert int(left[-1].headers["x-rate-limit-reset"]) % 900 == 0
