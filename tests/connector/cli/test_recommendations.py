"""`visavis recommendations`: fits that serve, fits that were refused, and why."""

import pytest

from connector.bootstrap import assemble
from connector.settings import load
from tests.connector.recommendations.shop import baskets_of
from tests.connector.recommendations.town import customer


@pytest.fixture
def sold(company):
    import os

    with assemble(load(os.environ)) as parts:
        records = [record for name, held in baskets_of(customers=90).items() for record in customer(name, held)]
        parts.intake.take("default", records)
    return company


def test_nothing_fitted_says_what_to_do(company):
    assert company.run("recommendations", "models").out == "nothing was fitted yet: visavis recommendations fit\n"


def test_too_little_is_said_in_words_and_by_the_exit_code(company):
    answer = company.run("recommendations", "fit")
    assert answer.code == 1
    assert "0 customers, 0 of whom ordered again; at least 50 and 20 are needed" in answer.out
    assert "too little to learn from" in company.run("recommendations", "models").out


def test_a_fit_shows_its_steps_serves_and_is_listed(sold):
    answer = sold.run("recommendations", "fit")
    assert answer.code == 0, answer.err
    assert "learning what is bought again: " in answer.err
    assert "rebuilding profiles: " in answer.err
    assert answer.out.count("serving") == 2
    assert "90 customers, " in sold.run("recommendations", "models").out
    assert sold.run("recommendations", "fit").out == "nothing new was bought since the last fit\n"


def test_an_unknown_workspace_is_bad_usage(company):
    assert company.run("recommendations", "fit", "--workspace", "nowhere").code == 2
