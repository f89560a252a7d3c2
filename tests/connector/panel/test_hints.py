"""The hints on the card, and the answers that an agent gives there."""

import re
from copy import deepcopy

import pytest

from connector.store import outcomes
from tests.connector.panel.conftest import CARD

HINT = {
    "id": "p_ada.0123456789ab",
    "product_id": "tea",
    "name": "Tea <b>&</b> more",
    "score": 1.0,
    "likelihood": 0.234,
    "reason": "bought in 4 of the last 6 orders, last time on 2026-03-12",
    "evidence": [{"source": "shop", "external_id": "77", "number": "W-77"}],
    "due_on": "2026-04-01",
    "model": "m1",
}
OTHER = HINT | {"id": "p_ada.ba9876543210", "name": "Kettle", "due_on": None, "likelihood": 0.004, "evidence": []}
WITHHELD = {"rule": "out_of_stock", "why": "out of stock", "product": "cup", "name": "The cup", "until": None}
RESTS = WITHHELD | {"why": "declined on 2026-04-01", "name": None, "until": "2026-06-30T00:00:00Z"}
AGAIN = {"currency": None, "text": "62% likely to order again within 12 weeks", "basis": "9 orders in 40 weeks"}


@pytest.fixture
def shown(people, app, key):
    """The page of Ada's card with these recommendations, for a key with these scopes."""

    def show(*scopes, **told):
        empty = {"due": [], "may_like": [], "withheld": [], "note": None, "likelihood": [], "model": "m1"}
        people.know(deepcopy(CARD) | {"id": "p_ada", "recommendations": empty | told}, ("email", "a@example.com"))
        show.browser = app.test_client()
        show.browser.post("/panel/sign-in", data={"key": key(*(scopes or ("admin",)))})
        return show.browser.get("/panel/profiles/p_ada").text

    return show


def words(page):
    text = re.sub(r"<[^>]+>", " ", page.partition('class="hints"')[2].partition("</section>")[0])
    return " ".join(text.split())


def test_both_lists_with_likelihood_reason_orders_and_day(shown):
    page = shown(due=[HINT], may_like=[OTHER], likelihood=[AGAIN])
    said = words(page)
    assert said.index("Due again") < said.index("Tea &lt;b&gt;") < said.index("May like") < said.index("Kettle")
    assert "23% due 2026-04-01 bought in 4 of the last 6 orders, last time on 2026-03-12 see order W-77" in said
    assert "Kettle under 1%" in said
    assert "62% likely to order again within 12 weeks 9 orders in 40 weeks" in said


def test_what_is_withheld_is_folded_under_the_hints_with_its_reason(shown):
    said = words(shown(due=[HINT], withheld=[WITHHELD, RESTS]))
    assert "2 withheld The cup : out of stock cup : declined on 2026-04-01 until 2026-06-30" in said


def test_a_card_without_hints_says_why_and_stands_last(shown):
    complaint = {"rule": "open_complaint", "why": "open complaint T-104", "product": None, "name": None, "until": None}
    page = shown(note="Nothing is suggested: open complaint T-104.", withheld=[complaint])
    assert words(page).count("open complaint T-104") == 1
    rating = complaint | {"until": "2026-06-30T00:00:00Z", "why": "low satisfaction"}
    assert "1 withheld low satisfaction until 2026-06-30" in words(shown(withheld=[rating], note="Nothing."))
    assert page.index('id="hints"') > page.index('id="orders"')
    page = shown(due=[HINT])
    assert page.index('id="hints"') < page.index('id="orders"')


def test_who_may_not_answer_sees_no_buttons(shown):
    assert "Accepted" in shown(due=[HINT])
    assert "Accepted" not in shown("profiles:read", due=[HINT])


def answer(shown, page, **form):
    (word,) = set(re.findall(r'name="csrf" value="([^"]+)"', page))
    return shown.browser.post(f"/panel/recommendations/{HINT['id']}/outcome", data={"csrf": word} | form)


def kept(parts):
    with parts.store.reading() as connection:
        return [(one.outcome, one.reason) for one in outcomes.of_hint(connection, "acme", HINT["id"])]


def test_an_answer_is_kept_and_the_card_comes_back(shown, parts, hint):
    came = answer(shown, shown(due=[HINT]), outcome="accepted")
    assert came.status_code == 303
    assert came.headers["Location"] == f"/panel/profiles/p_ada?noted={HINT['id']}#hints"
    assert kept(parts) == [("accepted", None)]
    again = shown.browser.get(came.headers["Location"]).text
    assert "Noted." in again and 'value="accepted"' not in again


def test_a_declined_hint_says_why_in_one_of_our_words(shown, parts, hint):
    page = shown(due=[HINT])
    assert answer(shown, page, declined="too expensive").status_code == 303
    assert answer(shown, page, declined="because").status_code == 400
    assert kept(parts) == [("declined", "too expensive")]


def test_the_agents_name_goes_along(shown, hint):
    shown(due=[HINT])
    page = shown.browser.get("/panel/profiles/p_ada?agent=kim").text
    (action,) = re.findall(r'class="answers" method="post" action="([^"]+)"', page)
    word = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    came = shown.browser.post(action.replace("&amp;", "&"), data={"csrf": word, "outcome": "accepted"})
    assert "agent=kim" in came.headers["Location"]


@pytest.mark.parametrize("word", ["", "forged", "WyJrXzEiXQ.aaa.bbb"])
def test_a_form_that_is_not_ours_changes_nothing(shown, parts, hint, word):
    page = shown(due=[HINT])
    assert answer(shown, page, csrf=word, outcome="accepted").status_code == 403
    assert kept(parts) == []


def test_a_form_made_for_another_key_changes_nothing(shown, parts, hint):
    mine = shown(due=[HINT])
    shown(due=[HINT])
    assert answer(shown, mine, outcome="accepted").status_code == 403
    assert kept(parts) == []


def test_without_the_scope_nobody_answers(shown, parts, hint):
    shown("profiles:read", due=[HINT])
    page = shown.browser.get("/panel/profiles/p_ada").text
    assert "csrf" not in page
    sessions = shown.browser.application.extensions["visavis-panel"]
    key = next(iter(sessions._seen.values()))[1]
    came = shown.browser.post(
        f"/panel/recommendations/{HINT['id']}/outcome", data={"csrf": sessions.word(key), "outcome": "accepted"}
    )
    assert came.status_code == 403
    assert kept(parts) == []


def test_nobody_who_is_not_signed_in_answers(app, parts, hint):
    came = app.test_client().post(f"/panel/recommendations/{HINT['id']}/outcome", data={"outcome": "accepted"})
    assert came.headers["Location"].startswith("/panel/sign-in")
    assert kept(parts) == []
