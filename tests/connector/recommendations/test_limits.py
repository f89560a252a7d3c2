"""What the company set for when hints are silent."""

import pytest

from connector.bootstrap import check_sources
from connector.recommendations import limits
from connector.recommendations.limits import DAY, Limits
from connector.settings import SettingsError, build


def of(**told):
    return limits.of(build({"recommendations": told}))


def test_without_settings_the_limits_are_those_of_the_documentation():
    assert of() == Limits()


def test_words_are_compared_without_case_and_days_become_microseconds():
    found = of(complaint_types="Beschwerde , CLAIM,", satisfaction_days=7, declined_days=1, least_margin=0.2)
    assert found.complaint_types == {"beschwerde", "claim"}
    assert (found.satisfaction_span, found.declined_span, found.least_margin) == (7 * DAY, DAY, 0.2)


def test_a_file_names_what_may_be_suggested(tmp_path):
    file = tmp_path / "allowed.csv"
    file.write_text("\ufeffT-1\n\n  T-2 \n", "utf-8")
    assert of(allowed_file=str(file)).allowed_products == {"T-1", "T-2"}
    assert of().allowed_products is None


def test_a_file_that_cannot_be_read_is_told_with_everything_else(tmp_path):
    settings = build(
        {"recommendations": {"allowed_file": str(tmp_path / "none.csv")}, "sources": {"crm": {"adapter": "nothing"}}}
    )
    with pytest.raises(SettingsError) as caught:
        check_sources(settings)
    first, second = caught.value.problems
    assert first == "recommendations.allowed_file: cannot be read (FileNotFoundError)"
    assert "nothing" in second


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(SettingsError) as caught:
        of(most_shown=0, declined_days="soon", least_margin=7, consent="maybe", complaint_type="x")
    told = "\n".join(caught.value.problems)
    for name in ("most_shown", "declined_days", "least_margin", "consent", "complaint_type"):
        assert f"recommendations.{name}" in told
    assert "did you mean recommendations.complaint_types?" in told
