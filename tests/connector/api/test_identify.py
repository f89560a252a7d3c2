"""What a channel brings, read as a person would read it."""

import pytest

from connector.api.identify import arriving, one
from connector.errors import InvalidRequestError


@pytest.mark.parametrize(
    ("channel", "text", "kind", "value"),
    [
        ("phone", "+49 30 901820", "phone", "+4930901820"),
        ("phone", " 49 30 901820", "phone", "+4930901820"),
        ("phone", "030 901820", "phone", "+4930901820"),
        ("WhatsApp", "+49 30 901820", "phone", "+4930901820"),
        ("email", "Ada <ada@example.com>", "email", "ada@example.com"),
        ("email", "ADA@example.com", "email", "ada@example.com"),
        ("x", "@Ada", "handle", "x:ada"),
        ("x", "12345", "social", "x:12345"),
        ("chat", "ada@example.com", "email", "ada@example.com"),
        ("chat", "030 901820", "phone", "+4930901820"),
        ("chat", "hubspot:AbC", "external", "hubspot:AbC"),
        ("chat", "@ada", "handle", "x:ada"),
        ("phone", "anonymous", None, None),
        ("chat", "   ", None, None),
    ],
)
def test_an_identifier_is_read_by_its_channel_or_its_looks(channel, text, kind, value):
    found = arriving({"channel": channel, "identifier": text}, "DE")
    assert (found and found.kind, found and found.value) == (kind, value)


def test_a_region_of_the_request_comes_before_the_workspaces():
    assert one({"phone": "020 7946 0000", "region": "gb"}, "DE").value == "+442079460000"


def test_a_local_number_without_a_region_is_not_guessed():
    with pytest.raises(InvalidRequestError, match="wrong: phone"):
        one({"phone": "030 901820"})


def test_the_platform_of_a_handle_can_be_named():
    assert one({"handle": "Ada", "platform": "mastodon"}).value == "mastodon:ada"
