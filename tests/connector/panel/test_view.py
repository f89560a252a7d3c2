import pytest


def test_who_has_no_session_is_sent_to_sign_in_and_comes_back(app, key):
    client = app.test_client()
    asked = client.get("/panel?q=ada@example.com")
    assert asked.status_code == 302
    form = client.get(asked.location)
    assert b'value="/panel?q=ada@example.com"' in form.data
    entered = client.post("/panel/sign-in", data={"key": key("profiles:read"), "next": "/panel?q=ada@example.com"})
    assert entered.location == "/panel?q=ada@example.com"


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "/panel//evil.example", "/v1/sources"])
def test_signing_in_leads_to_no_page_but_the_panels(app, key, address):
    entered = app.test_client().post("/panel/sign-in", data={"key": key("profiles:read"), "next": address})
    assert entered.location == "/panel"


def test_a_wrong_key_is_refused_in_words(app):
    refused = app.test_client().post("/panel/sign-in", data={"key": "vk_wrong"})
    assert refused.status_code == 401
    assert b"unknown or revoked" in refused.data


def test_a_key_that_may_not_look_people_up_is_refused(app, key):
    refused = app.test_client().post("/panel/sign-in", data={"key": key("sources:read")})
    assert refused.status_code == 403
    assert b"profiles:read" in refused.data


def test_the_card_shows_who_why_and_what_waits(browser):
    card = browser.get("/panel?q=grace@example.com").text
    for expected in ("Admiral", "Example &amp; Sons", "@grace", "Broken spout", "Olga Owner", "same e-mail address"):
        assert expected in card
    for expected in ("90.00", "2 × <bdi>Teapot</bdi> and 2 more", "Nobody"):
        assert (expected in card) is (expected != "Nobody")


def test_what_a_source_says_is_text_never_markup(browser):
    card = browser.get("/panel?q=grace@example.com").text
    assert "<b>Example</b>" not in card
    assert "Grace &lt;b&gt;Example&lt;/b&gt;" in card


def test_a_link_that_is_no_web_address_is_not_made_one(browser, people, card):
    bad = card | {"id": "p_bad", "open": [card["open"][0] | {"url": "javascript:alert(1)"}]}
    people.know(bad, ("email", "bad@example.com"))
    assert "javascript:" not in browser.get("/panel?q=bad@example.com").text


def test_somebody_unknown_gets_a_page_that_says_so(browser):
    answer = browser.get("/panel?q=nobody@example.com")
    assert answer.status_code == 404
    assert "Nobody we know" in answer.text


def test_several_are_listed_and_none_is_picked(browser, people, card):
    people.know(card | {"id": "p_other"}, ("email", "grace@example.com"))
    answer = browser.get("/panel?q=grace@example.com").text
    assert 'data-outcome="several"' in answer
    assert "/panel/profiles/p_grace" in answer


def test_the_timeline_goes_on(browser):
    assert "Earlier" not in browser.get("/panel/profiles/p_grace/timeline").text
    assert browser.get("/panel/profiles/p_nobody/timeline").status_code == 404


def test_the_policy_allows_no_foreign_script_and_no_embedding(browser):
    policy = browser.get("/panel").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "https://events.example.com" in policy
    assert "unsafe" not in policy


def test_no_page_has_a_script_or_style_of_its_own(browser):
    for path in ("/panel", "/panel?q=grace@example.com", "/panel/profiles/p_grace/timeline", "/panel/sign-in"):
        page = browser.get(path).text
        assert page.count("<script") == page.count('<script src="/panel/static/')
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page


def test_the_session_ends_with_the_key(app, parts, browser, clock, monkeypatch):
    from connector.panel import session
    from connector.store import api_keys

    monkeypatch.setattr(session, "BELIEVED", 0)
    assert browser.get("/panel").status_code == 200
    with parts.store.transaction() as connection:
        for known in api_keys.list_(connection):
            api_keys.revoke(connection, known.id, clock())
    assert browser.get("/panel").status_code == 302


def test_a_link_signs_in_once(app, parts, clock):
    from connector.panel.session import Sessions
    from connector.store import api_keys

    with parts.store.transaction() as connection:
        made = api_keys.create(connection, "acme", "demo", ["profiles:read"], clock())
    word = Sessions(parts.settings, parts.store, parts.redis).link(made.id)
    first, second = app.test_client(), app.test_client()
    assert first.get(f"/panel/sign-in?link={word}").location == "/panel"
    assert first.get("/panel").status_code == 200
    assert second.get(f"/panel/sign-in?link={word}").status_code == 401


def test_the_cookie_is_out_of_scripts_reach_and_is_not_the_key(app, key):
    text = key("profiles:read")
    cookie = app.test_client().post("/panel/sign-in", data={"key": text}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert text not in cookie


def test_events_are_for_keys_that_may_follow_them(app, key, browser):
    assert browser.get("/panel/events").location.startswith("https://events.example.com/v1/events?ticket=")
    other = app.test_client()
    other.post("/panel/sign-in", data={"key": key("profiles:read")})
    assert other.get("/panel/events").status_code == 403


def test_looking_at_a_card_is_written_down(browser, desk, parts):
    from connector.store.tables import views

    browser.get("/panel/profiles/p_grace")
    desk.views.flush()
    with parts.store.reading() as connection:
        assert [(row.profile_id, row.way) for row in connection.execute(views.select())] == [("p_grace", "panel")]
