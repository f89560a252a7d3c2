"""The example adapter keeps the whole contract, without an exemption."""

from tests.adapters.base.teashop_contract import TeashopContract


class TestTeashop(TeashopContract):
    pass
