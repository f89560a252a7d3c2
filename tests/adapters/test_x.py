"""X, over HTTP through tweepy, against the sandbox's X and servers written by hand."""

import hashlib
import hmac
import json
import logging
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from adapters.base import (
    AuthError,
    ConfigError,
    Delivery,
    Page,
    QuotaSpentError,
    RateLimitError,
    SourceChangedError,
    UnavailableError,
    UnsupportedError,
    WebhookRejectedError,
)
from adapters.base.testing import AdapterContract
from adapters.base.testing.upstream import Fault
from adapters.x import X
from adapters.x.items import mention
from sandbox.faults import Faults
from sandbox.vendors.x import BEARER_TOKEN, CONSUMER_SECRET, app
from tests.sandbox.vendors.small_world import SmallWorld

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def build(x_server):
    def build(**more):
        kept = {}
        settings = {"bearer_token": BEARER_TOKEN, "username": "@teashop", "base_url": x_server.url}
        settings |= {"consumer_secret": CONSUMER_SECRET, "page_size": 5} | more
        adapter = X(settings, clock=lambda: NOW, remember=kept.__setitem__, recall=kept.get)
        adapter.kept = kept
        return adapter

    return build


def run(adapter: X, stream: str = "mentions", cursor: str | None = None) -> tuple[list, str | None, list[Page]]:
    """All pages from a cursor on: the records, the cursor of the next run, the pages."""
    pages, records = [], []
    while True:
        page = adapter.streams[stream].pull(cursor)
        pages.append(page)
        records += [adapter.streams[stream].record(raw) for raw in page.items]
        cursor = page.cursor
        if not page.more:
            return records, cursor, pages


def ids(records, kind="mention"):
    return [record.external_id for record in records if record.kind == kind]


def test_a_mention_brings_its_author_as_a_contact(world, build):
    person = world.person(1)
    post = world.mention(person, "@teashop where is my tea?")
    records, _, _ = run(build())
    contact, mention = records
    assert (contact.kind, contact.external_id, contact.body["name"]) == ("contact", person.id, "Person 1")
    social, *_ = contact.identifiers
    assert (social.kind, social.value, social.label) == ("social", f"x:{person.id}", "person1")
    assert mention.kind == "mention"
    assert mention.external_id == post.id
    assert mention.contact_ids == (person.id,)
    assert mention.body["text"] == "@teashop where is my tea?"
    assert mention.body["author_handle"] == "person1"
    assert mention.body["platform"] == "x"
    assert mention.body["is_ours"] is False
    assert mention.happened_at == post.created
    assert mention.body["url"] == f"https://x.com/person1/status/{post.id}"


@pytest.mark.parametrize(
    ("told", "language"),
    [("de", "de"), ("zh-TW", "zh"), ("iw", "he"), ("und", None), ("qme", None), ("zxx", None), (None, None)],
)
def test_a_post_says_its_language_where_x_knows_it(told, language):
    post = {"id": "1", "text": "?", "author_id": "2", "created_at": "2026-05-01T10:00:00Z", "lang": told}
    assert mention({"post": post, "author": None, "ours": False, "replied_to": None})["language"] == language


def test_a_reply_is_ours_and_names_what_it_answers_and_whom(world, build):
    post = world.mention(world.person(1))
    answer = world.reply(post)
    records, _, _ = run(build(), "replies")
    (reply,) = [record for record in records if record.kind == "mention"]
    assert reply.external_id == answer.id
    assert reply.body["is_ours"] is True
    assert reply.body["in_reply_to"] == post.id
    assert reply.contact_ids == (post.values["author_id"],)
    assert ids(records, "contact") == [post.values["author_id"]]


def test_an_answer_to_a_later_wording_names_the_first(world, build, x_server):
    post = world.mention(world.person(1))
    world.edit(post, "@teashop where is my green tea?")
    adapter = build()
    (later,) = [raw["post"]["id"] for raw in adapter.streams["mentions"].pull(None).items if "post" in raw]
    assert later != post.id
    world.reply(post)
    table = world.table("x", "reply")
    (row,) = table.rows.values()
    row.values["in_reply_to"] = later
    records, _, _ = run(adapter, "replies")
    assert records[-1].body["in_reply_to"] == post.id


def test_a_run_reads_every_page_and_the_next_one_only_what_is_new(world, build, x_server):
    posts = [world.mention(world.person(number)) for number in range(12)]
    adapter = build()
    records, cursor, pages = run(adapter)
    assert sorted(ids(records)) == [post.id for post in posts]
    assert len(pages) == 3
    assert json.loads(cursor) == {"since": posts[-1].id}
    new = world.mention(world.person(99))
    records, cursor, _ = run(adapter, cursor=cursor)
    assert ids(records) == [new.id]
    assert x_server.seen[-1].query["since_id"] == posts[-1].id
    records, last, _ = run(adapter, cursor=cursor)
    assert records == []
    assert last == cursor


def test_since_moves_only_after_all_pages_and_only_to_the_first_pages_newest(world, build):
    posts = [world.mention(world.person(number)) for number in range(12)]
    adapter = build()
    first = adapter.streams["mentions"].pull(None)
    assert "since" not in json.loads(first.cursor)
    during = world.mention(world.person(50))
    records, cursor, _ = run(adapter, cursor=first.cursor)
    assert json.loads(cursor)["since"] == posts[-1].id
    assert during.id not in ids(records)
    assert ids(run(adapter, cursor=cursor)[0]) == [during.id]


def test_any_cursor_goes_on_in_a_new_process(world, build):
    posts = [world.mention(world.person(number)) for number in range(12)]
    _, _, pages = run(build())
    for place, page in enumerate(pages[:-1]):
        rest, cursor, _ = run(build(), cursor=page.cursor)
        assert len(ids(rest)) == 12 - 5 * (place + 1)
        assert json.loads(cursor)["since"] == posts[-1].id


def test_an_expired_token_goes_on_below_the_last_post_seen(world, build, x_server):
    posts = [world.mention(world.person(number)) for number in range(12)]
    adapter = build()
    first = adapter.streams["mentions"].pull(None)
    old = json.loads(first.cursor) | {"token": "forgotten"}
    before = len(x_server.seen)
    records, cursor, _ = run(build(), cursor=json.dumps(old))
    assert sorted(ids(records)) == [post.id for post in posts[:7]]
    assert json.loads(cursor) == {"since": posts[-1].id}
    asked = [seen.query for seen in x_server.seen[before:] if seen.path.endswith("/mentions")]
    assert asked[1]["until_id"] == posts[7].id


def refusing_since(app, world, ids_before):
    """X, which takes no since_id any more."""

    def answer(environ, start):
        if "since_id=" not in environ["QUERY_STRING"]:
            return app(environ, start)
        body = {"errors": [{"parameters": {"since_id": ["1"]}, "message": "since_id must be a tweet id created after"}]}
        start("400 Bad Request", [("Content-Type", "application/json")])
        return [json.dumps(body | {"title": "Invalid Request"}).encode()]

    return answer


def test_a_since_that_x_refuses_is_found_by_reading_down_to_it(world, build, x_server):
    for number in range(12):
        world.mention(world.person(number))
    adapter = build()
    _, cursor, _ = run(adapter)
    new = [world.mention(world.person(number)) for number in range(20, 27)]
    x_server._client.application = refusing_since(x_server.app, world, None)
    records, after, pages = run(build(), cursor=cursor)
    assert sorted(ids(records)) == [post.id for post in new]
    assert json.loads(after) == {"since": new[-1].id}
    assert [page.gap for page in pages] == [None, None]


def test_a_gap_is_told_when_x_no_longer_shows_what_was_known(world, build, x_server):
    old = world.mention(world.person(1))
    adapter = build()
    _, cursor, _ = run(adapter)
    world.delete(old)
    new = world.mention(world.person(2))
    x_server._client.application = refusing_since(x_server.app, world, None)
    records, after, pages = run(build(), cursor=cursor)
    assert ids(records) == [new.id]
    assert pages[-1].gap == "x.mentions: X no longer shows all posts since the last run"
    assert json.loads(after) == {"since": new.id}


def test_a_gap_is_told_when_more_came_than_x_shows(world, build):
    first = world.mention(world.person(1))
    adapter = build(page_size=100)
    _, cursor, _ = run(adapter)
    for _ in range(801):
        world.mention(world.person(2))
    records, _, pages = run(adapter, cursor=cursor)
    assert len(ids(records)) == 800
    assert pages[-1].gap
    assert first.id not in ids(records)


def test_an_edited_post_stays_one_record_with_the_newer_words(world, build):
    post = world.mention(world.person(1), "@teashop hello")
    adapter = build()
    before, cursor, _ = run(adapter)
    world.edit(post, "@teashop hello again")
    after, _, _ = run(adapter, cursor=cursor)
    assert ids(after) == [post.id]
    assert after[-1].body["text"] == "@teashop hello again"
    assert after[-1].updated_at > before[-1].updated_at
    assert after[-1].happened_at == post.created


def test_a_long_post_keeps_all_its_words(world, build):
    text = "@teashop " + "tea " * 100
    world.mention(world.person(1), text)
    assert run(build())[0][-1].body["text"] == text.strip()


def test_the_mentions_of_nobody_are_an_empty_run(build):
    records, cursor, pages = run(build())
    assert (records, cursor, len(pages)) == ([], None, 1)


def test_reading_by_id_brings_what_is_there_and_tombstones_for_what_is_gone(world, build):
    kept, gone = world.mention(world.person(1)), world.mention(world.person(2))
    world.delete(gone)
    stream = build().streams["mentions"]
    records = [stream.record(raw) for raw in stream.reread([kept.id, gone.id])]
    assert [(record.kind, record.external_id, record.deleted) for record in records] == [
        ("contact", kept.values["author_id"], False),
        ("mention", kept.id, False),
        ("mention", gone.id, True),
    ]
    assert records[-1].updated_at == NOW


def test_reading_by_id_asks_for_a_hundred_at_once(world, build, x_server):
    posts = [world.mention(world.person(1)) for _ in range(150)]
    stream = build(user_id=world.brand.id).streams["mentions"]
    assert len(ids([stream.record(raw) for raw in stream.reread([post.id for post in posts])])) == 150
    assert len(x_server.seen) == 2


def test_reading_an_edited_post_by_its_first_id_brings_its_last_words(world, build):
    post = world.mention(world.person(1), "@teashop hello")
    world.edit(post, "@teashop hello again")
    adapter = build()
    run(adapter)
    stream = adapter.streams["mentions"]
    records = [stream.record(raw) for raw in stream.reread([post.id])]
    newest = max((record for record in records if record.kind == "mention"), key=lambda record: record.updated_at)
    assert (newest.external_id, newest.body["text"]) == (post.id, "@teashop hello again")
    assert not any(record.deleted for record in records)


def test_people_who_are_gone_are_found_by_their_ids(world, build):
    here, gone = world.person(1), world.delete(world.person(2))
    stream = build().streams["authors"]
    records = [stream.record(raw) for raw in stream.reread([here.id, gone.id])]
    assert [(record.kind, record.external_id, record.deleted) for record in records] == [
        ("contact", here.id, False),
        ("contact", gone.id, True),
    ]


def test_there_is_no_list_of_people_to_fetch(build):
    with pytest.raises(UnsupportedError):
        build().streams["authors"].pull(None)


def test_a_suspended_author_is_no_reason_to_lose_the_post(world, build):
    person = world.person(1)
    post = world.mention(person)
    world.delete(person)
    (mention,), _, _ = run(build())
    assert (mention.external_id, mention.contact_ids) == (post.id, (person.id,))
    assert mention.body.get("author_handle") is None


def test_check_proves_the_token_and_the_account(build):
    build().checked()
    build(user_id="2244994945").checked()
    with pytest.raises(AuthError, match="see user_id and username"):
        build(username="@nobody").checked()
    with pytest.raises(AuthError):
        build(bearer_token="wrong").checked()


def test_an_account_that_is_not_shown_stops_the_stream(build):
    with pytest.raises(AuthError, match="no such account"):
        build(user_id="404").streams["mentions"].pull(None)


def test_the_username_is_looked_up_once(world, build, x_server):
    adapter = build()
    run(adapter)
    run(adapter, "replies")
    assert [seen.path for seen in x_server.seen].count("/2/users/by/username/teashop") == 1


def test_no_token_and_no_account_are_reported_together():
    with pytest.raises(ConfigError) as error:
        X({})
    assert len(error.value.problems) == 2
    with pytest.raises(ConfigError, match="username"):
        X({"bearer_token": "t", "user_id": "@teashop"})


# What X refuses.


def refused_with(x_server, build, **fault):
    x_server.misbehave(Fault(name="refusal", **fault))
    with pytest.raises(Exception) as error:
        build(user_id="2244994945").streams["mentions"].pull(None)
    return error.value


def test_a_rate_limit_says_when_to_come_back(x_server, build):
    reset = str(int((NOW + timedelta(seconds=90)).timestamp()))
    error = refused_with(x_server, build, status=429, headers={"x-rate-limit-reset": reset})
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 91
    assert len(x_server.seen) == 1


def test_a_rate_limit_without_a_word_says_nothing(x_server, build):
    error = refused_with(x_server, build, status=429)
    assert isinstance(error, RateLimitError)
    assert error.retry_after is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, {"title": "UsageCapExceeded", "type": "https://api.twitter.com/2/problems/usage-capped"}),
        (402, {"title": "CreditsDepleted", "type": "https://api.twitter.com/2/problems/credits"}),
        (403, {"title": "SpendCapReached", "type": "https://api.x.com/2/problems/spend-cap"}),
    ],
)
def test_a_spent_allowance_is_no_rate_limit(x_server, build, status, body):
    error = refused_with(
        x_server, build, status=status, body=json.dumps(body).encode(), headers={"x-rate-limit-reset": "1777636800"}
    )
    assert isinstance(error, QuotaSpentError)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"oops"', b'{"errors": null}', b"<html>"])
def test_a_broken_server_is_unavailable_whatever_it_writes(x_server, build, body):
    assert isinstance(refused_with(x_server, build, status=503, body=body), UnavailableError)


def test_a_refusal_that_no_other_request_mends_is_raised_at_once(x_server, build):
    body = {"errors": [{"parameters": {"max_results": ["5"]}, "message": "no"}]}
    error = refused_with(x_server, build, status=400, body=json.dumps(body).encode())
    assert isinstance(error, SourceChangedError)
    assert len(x_server.seen) == 1


def test_tweepy_writes_no_token_into_the_log(build, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("tweepy").setLevel(logging.DEBUG)
    run(build())
    assert BEARER_TOKEN not in caplog.text


def test_another_name_for_the_fields_is_sent_as_it_is(build, x_server):
    run(build(fields_parameter="post.fields"))
    assert "author_id" in x_server.seen[-1].query["post.fields"]


# The budget.


def test_a_run_ends_when_its_budget_is_spent_and_the_next_goes_on(world, build):
    posts = [world.mention(world.person(number)) for number in range(23)]
    adapter = build(max_posts_per_run=12)
    stream, cursor, got = adapter.streams["mentions"], None, []
    sizes = []
    for _ in range(2):
        with pytest.raises(QuotaSpentError, match="budget"):
            while True:
                page = stream.pull(cursor)
                sizes.append(len([raw for raw in page.items if "post" in raw]))
                got += page.items
                cursor = page.cursor
    assert sizes == [5, 5, 5, 5]
    records, cursor, _ = run(adapter, cursor=cursor)
    assert len(ids(records)) == 3
    assert json.loads(cursor)["since"] == posts[-1].id


def test_the_months_budget_outlives_the_process(world, build):
    for number in range(23):
        world.mention(world.person(number))
    adapter = build(max_posts_per_month=11)
    stream = adapter.streams["mentions"]
    page = stream.pull(stream.pull(None).cursor)
    assert json.loads(adapter.kept["posts_read"]) == {"month": "2026-05", "posts": 10}
    again = build(max_posts_per_month=11)
    again.kept.update(adapter.kept)
    with pytest.raises(QuotaSpentError):
        again.streams["mentions"].pull(page.cursor)
    again.clock = lambda: NOW + timedelta(days=31)
    assert len(again.streams["mentions"].pull(page.cursor).items)


# Webhooks.


def signed(body: dict, secret: str = CONSUMER_SECRET) -> Delivery:
    text = json.dumps(body).encode()
    signature = "sha256=" + b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()
    return Delivery(
        method="POST",
        url="https://visavis.example/v1/webhooks/x",
        headers={"X-Twitter-Webhooks-Signature": signature},
        body=text,
    )


def told(author: str, post_id: str, **more) -> dict:
    return {"id_str": post_id, "user": {"id_str": author}, "text": "…"} | more


def test_a_delivery_names_posts_to_read_and_posts_that_are_gone(build):
    body = {
        "for_user_id": "2244994945",
        "tweet_create_events": [
            told("7", "101"),
            told("2244994945", "102"),
            told("8", "103", retweeted_status={}),
        ],
        "tweet_delete_events": [{"status": {"id": "90", "user_id": "7"}, "timestamp_ms": "1777636800500"}],
    }
    adapter = build()
    changes = adapter.changes(signed(body))
    assert [(change.stream, change.external_id) for change in changes] == [
        ("mentions", "101"),
        ("replies", "102"),
        ("mentions", None),
    ]
    gone = adapter.streams["mentions"].record(changes[2].raw)
    assert (gone.kind, gone.external_id, gone.deleted) == ("mention", "90", True)
    assert gone.updated_at == datetime(2026, 5, 1, 12, 0, 0, 500_000, UTC)


def test_a_post_that_was_pushed_is_the_record_that_was_pulled(world, build):
    post = world.mention(world.person(1))
    adapter = build()
    body = {"for_user_id": world.brand.id, "tweet_create_events": [told(post.values["author_id"], post.id)]}
    (change,) = adapter.changes(signed(body))
    stream = adapter.streams[change.stream]
    pushed = [stream.record(raw) for raw in stream.reread([change.external_id])]
    assert pushed == run(adapter)[0]


def test_an_activity_of_the_brand_is_read_again(build):
    body = {"data": {"event_type": "post.create", "filter": {"user_id": "2244994945"}, "payload": {"id": "55"}}}
    (change,) = build().changes(signed(body))
    assert (change.stream, change.external_id) == ("replies", "55")
    other = {"data": {"event_type": "profile.update.bio", "payload": {}}}
    assert build().changes(signed(other)) == []


@pytest.mark.parametrize("headers", [{}, {"x-twitter-webhooks-signature": "sha256=AAAA"}])
def test_an_unsigned_delivery_is_rejected(build, headers):
    delivery = Delivery(method="POST", url="https://visavis.example", headers=headers, body=b"{}")
    with pytest.raises(WebhookRejectedError):
        build().changes(delivery)


def test_a_delivery_is_rejected_where_no_secret_is_set(build):
    with pytest.raises(WebhookRejectedError, match="consumer_secret"):
        build(consumer_secret=None).changes(signed({}))


def test_the_challenge_is_answered_with_the_secret(build):
    # Computed with: printf abc | openssl dgst -sha256 -hmac sandbox-x-consumer -binary | base64
    assert build().challenge({"crc_token": "abc"}) == {"response_token": RESPONSE}
    with pytest.raises(WebhookRejectedError):
        build().challenge({})


RESPONSE = "sha256=CgX9fVVpDIJKuncCO4Jz6sFZL3HcbILoZZoy2RNEMAs="


# The contract.


def full_world() -> SmallWorld:
    world = SmallWorld()
    posts = [world.mention(world.person(number % 4), f"@teashop question {number}") for number in range(12)]
    for post in posts[:7]:
        world.reply(post)
    world.edit(posts[3], "@teashop another question")
    return world


NOT_FETCHED = "people come with the posts, and are told as there; this stream only reads known ones again"
# All that fetch first. Golden files and reading by id are held by the tests above.
UNFETCHED = (*range(4, 16), 17, 18, 19, 20, 24, 25, 26, 27, 28)


class TestX(AdapterContract):
    adapter = X
    settings = {
        "bearer_token": BEARER_TOKEN,
        "username": "@teashop",
        "consumer_secret": CONSUMER_SECRET,
        "page_size": 5,
    }
    refused = {"bearer_token": "somebody-elses-token"}
    exempt = {(number, "authors"): NOT_FETCHED for number in UNFETCHED} | {
        23: "X signs no time, and replays up to five days itself; taking a delivery twice changes nothing"
    }

    def upstream(self):
        self.world = full_world()
        return app(self.world, Faults())

    def change(self, app):
        self.world.time = self.clock()
        post = self.world.mention(self.world.person(9))
        edited = self.world.edit(next(iter(self.world.table("x", "mention").rows.values())), "@teashop changed")
        reply = self.world.reply(post)
        self.clock.advance(60)
        return {"mentions": [post.id, edited.id], "replies": [reply.id]}

    def deliveries(self):
        world = full_world()
        mention, reply = (next(iter(world.table("x", kind).rows.values())) for kind in ("mention", "reply"))
        body = {
            "for_user_id": world.brand.id,
            "tweet_create_events": [
                told(mention.values["author_id"], mention.id),
                told(world.brand.id, reply.id),
            ],
            "tweet_delete_events": [{"status": {"id": "90", "user_id": "7"}, "timestamp_ms": "1777636800500"}],
        }
        return [signed(body)]
