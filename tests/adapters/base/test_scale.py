import pytest

from adapters.base import ConfigError
from adapters.base.scale import share
from adapters.hubspot import HubSpot


@pytest.mark.parametrize(
    ("rating", "scale", "expected"),
    [
        (1, "1-5", "0"),
        ("3", "1-5", "0.5"),
        (5.0, "1-5", "1"),
        ("2", "0-2", "1"),
        (1, "3-1", "1"),
        (2, "1-7", "0.1667"),
        (9, "1-5", None),
        ("good", "1-5", None),
        (None, "1-5", None),
        (3, None, None),
    ],
)
def test_a_rating_is_a_share_of_its_scale_or_nothing(rating, scale, expected):
    assert share(rating, scale) == expected


@pytest.mark.parametrize("scale", ["five", "5", "1-1", "1-", "10 - 1"])
def test_a_scale_names_two_different_ends(scale):
    with pytest.raises(ConfigError, match="satisfaction_scale is not the worst and the best rating"):
        HubSpot({"access_token": "pat-1", "satisfaction_scale": scale})
