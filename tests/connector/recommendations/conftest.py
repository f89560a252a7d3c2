"""One model of a small made-up shop, fitted once for all tests here."""

import pytest

from connector.recommendations.fit import fit
from connector.recommendations.history import Basket
from connector.recommendations.model import Model
from connector.recommendations.recommender import Recommender
from tests.connector.recommendations.shop import baskets_of, history_of


@pytest.fixture(scope="session")
def people() -> dict[str, list[Basket]]:
    return baskets_of()


@pytest.fixture(scope="session")
def model(people: dict[str, list[Basket]]) -> Model:
    return fit(history_of(people))


@pytest.fixture(scope="session")
def recommender(model: Model) -> Recommender:
    return Recommender(model)
