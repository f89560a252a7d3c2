"""Countries as people write them."""

import pytest

from schemas.countries import country


@pytest.mark.parametrize("text", ["Germany", "deutschland", " Allemagne ", "DE", "de"])
def test_a_country_is_known_by_its_name_in_any_language_and_by_its_code(text: str) -> None:
    assert country(text) == "DE"


@pytest.mark.parametrize(("text", "code"), [("UK", "GB"), ("England", "GB"), ("USA", "US"), ("Holland", "NL")])
def test_common_short_names_are_understood(text: str, code: str) -> None:
    assert country(text) == code


@pytest.mark.parametrize("text", [None, "", "Atlantis", "XX", "*de", "Bavaria, Germany"])
def test_what_nobody_can_tell_is_none(text: str | None) -> None:
    assert country(text) is None
