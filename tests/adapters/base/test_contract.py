"""The kit's own rules: promises are numbered and listed, exemptions have reasons."""

import inspect
import re
from collections import Counter
from pathlib import Path

import pytest

from adapters.base.testing import AdapterContract, broken_promises, promises, sentence
from adapters.base.testing.facts import Facts
from tests.adapters.base.teashop_contract import TeashopContract

PAGE = Path("docs/adapter-contract.md").read_text("utf-8")
pytest_plugins = ["pytester"]


def test_promises_are_numbered_without_a_gap():
    assert list(promises()) == list(range(1, len(promises()) + 1))


def test_every_test_of_the_kit_is_a_promise():
    tests = {name for name, _ in inspect.getmembers(AdapterContract, inspect.isfunction) if name.startswith("test_")}
    unnumbered = tests - {test.__name__ for test in promises().values()}
    assert not unnumbered, f"begin the docstring of {unnumbered} with its number"


def test_no_part_of_the_kit_takes_a_name_of_another():
    parts = [part for part in AdapterContract.__mro__ if part not in (object, Facts, AdapterContract)]
    names = Counter(name for part in parts for name in vars(part) if not name.startswith("__"))
    twice = [name for name, count in names.items() if count > 1 or name in vars(Facts)]
    assert not twice, f"rename one of the two {twice}: the parts are mixed into one class"


def test_the_page_lists_the_promises_word_for_word():
    listed = dict(re.findall(r"^\| (\d+) \| (.+?) \| ", PAGE, re.MULTILINE))
    assert listed == {str(number): sentence(test) for number, test in promises().items()}, (
        "docs/adapter-contract.md and the kit differ: bring the table up to date"
    )


def test_the_page_lists_every_fact_that_a_class_may_state():
    used = {
        "folder",
        "open",
        "close",
        "at",
        "build",
        "given",
        "streams",
        "goldens",
        "walk",
        "fetched",
        "records",
        "keys",
    }
    used |= {"secrets", "asks", "is_login", "requests_of", "outcome"}
    facts = {name for name in (*vars(Facts), *Facts.__annotations__) if not name.startswith("_")} - used
    missing = [name for name in facts if f"`{name}" not in PAGE]
    assert not missing, f"docs/adapter-contract.md says nothing of {missing}"


def test_an_exempt_promise_is_not_checked():
    class Gap(TeashopContract):
        refused = {"token": "t0ken-0001"}  # breaks promise 3
        exempt = {3: "the teashop lets everybody in"}

    assert broken_promises(Gap) == {}


@pytest.mark.parametrize(
    ("exempt", "complaint"),
    [
        ({3: ""}, "needs a reason"),
        ({3: "no"}, "needs a reason"),
        ({99: "the teashop is closed"}, "no promise"),
        ({(5, "teapots"): "the teashop has none"}, "no stream"),
    ],
)
def test_an_exemption_needs_a_reason_and_a_promise(exempt, complaint):
    contract = type("Gap", (TeashopContract,), {"exempt": exempt})
    with pytest.raises(AssertionError, match=complaint):
        broken_promises(contract)


def test_one_stream_may_be_exempt():
    kit = type("Gap", (TeashopContract,), {"exempt": {(5, "orders"): "the teashop shows only one order"}})()
    assert (kit.streams(5), kit.streams(6)) == (["contacts"], ["contacts", "orders"])


def test_pytest_shows_the_number_of_what_is_broken_and_the_reason_of_what_is_exempt(pytester):
    pytester.makepyfile(
        """
        from adapters.base import Setting
        from tests.adapters.base.teashop import Teashop
        from tests.adapters.base.teashop_contract import TeashopContract

        class Closed(Teashop):
            def check(self):
                pass

        class TestClosed(TeashopContract):
            adapter = Closed
            exempt = {23: "the teashop signs no time"}
        """
    )
    told = pytester.runpytest_inprocess("-q", "-rs", "-p", "no:cacheprovider", "--rootdir", str(pytester.path))
    told.assert_outcomes(failed=1, passed=len(promises()) - 2, skipped=1)
    told.stdout.fnmatch_lines(["*exempt: the teashop signs no time*"])
    assert "check() asked the source nothing, so it proves nothing" in told.stdout.str()


def test_weak_secrets_in_the_tests_settings_are_refused():
    class Weak(TeashopContract):
        settings = {**TeashopContract.settings, "webhook_secret": "s3cret"}

    assert "8 letters or more" in broken_promises(Weak)[28]
