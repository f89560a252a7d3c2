import io

import pytest
from rich.console import Console

from connector.cli.hints import hints

HINT = {
    "name": "Sencha [50 g]",
    "likelihood": 0.234,
    "due_on": "2026-06-01",
    "reason": "bought in 4 of the last 6 orders",
    "evidence": [{"source": "shop", "external_id": "1", "number": "W-1"}],
}
NOTHING = {"due": [], "may_like": [], "withheld": [], "note": None, "likelihood": [], "model": None}
CUP = {"rule": "out_of_stock", "why": "out of stock", "product": "cup", "name": None, "until": "2026-06-30T10:00:00Z"}


def printed(**told):
    console = Console(file=io.StringIO(), width=140)
    console.print(hints(NOTHING | told))
    return " ".join(console.file.getvalue().split())


def test_each_list_has_its_products_with_likelihood_day_reason_and_orders():
    said = printed(due=[HINT], may_like=[HINT | {"name": "Kettle", "due_on": None, "evidence": []}])
    assert "due again" in said and "may like" in said
    assert "Sencha [50 g] 23% 2026-06-01 bought in 4 of the last 6 orders W-1" in said
    assert "Kettle 23% bought in 4 of the last 6 orders" in said


@pytest.mark.parametrize(
    ("withheld", "expected"),
    [
        (CUP, "withheld: cup: out of stock (until 2026-06-30)"),
        (CUP | {"product": None, "why": "low satisfaction"}, "withheld: low satisfaction (until 2026-06-30)"),
    ],
)
def test_what_is_withheld_says_why(withheld, expected):
    assert expected in printed(withheld=[withheld])


def test_what_withholds_everything_is_said_once():
    complaint = CUP | {"product": None, "until": None, "why": "open complaint T-104"}
    note = "Nothing is suggested: open complaint T-104."
    assert printed(withheld=[complaint], note=note) == note


def test_a_note_and_the_likelihood_are_told_with_their_basis():
    said = printed(note="No orders yet.", likelihood=[{"text": "62% likely", "basis": "9 orders"}])
    assert said == "No orders yet. 62% likely 9 orders"


def test_nothing_is_nothing():
    assert printed() == ""
