from connector.recommendations.offers import Offers


def test_nothing_is_offered_rather_than_something_invented():
    offered = Offers().of({"orders": {"count": 99}})
    assert (offered["due"], offered["may_like"], offered["withheld"]) == ([], [], [])
    assert "no recommendation model" in offered["note"]
