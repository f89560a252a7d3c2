"""CONTRIBUTING.md builds the teashop, piece by piece: the pieces are the adapter that keeps the contract."""

import re
from pathlib import Path

from adapters.base.testing import AdapterContract, promises
from tests.adapters.base import teashop

PAGE = Path("CONTRIBUTING.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def lines(text):
    return [line for line in text.splitlines() if line.strip()]


def test_the_pieces_are_the_adapter():
    told = [line for block in BLOCKS if "AdapterContract" not in block for line in lines(block)]
    assert told == lines(Path(teashop.__file__).read_text("utf-8")), (
        "CONTRIBUTING.md and tests/adapters/base/teashop.py differ: change both, the adapter first"
    )


def test_the_test_class_is_one_that_runs():
    (block,) = [block for block in BLOCKS if "AdapterContract" in block]
    known = {"AdapterContract": AdapterContract, "Teashop": teashop.Teashop}
    exec(block, known)
    kit = known["TestTeashop"]()
    kit.open()
    assert kit.adapter(kit.settings | {"base_url": "http://127.0.0.1:1"}, clock=kit.clock)


def test_the_green_contract_has_as_many_promises_as_the_kit():
    assert f"{len(promises())} passed" in PAGE


def test_every_place_that_it_names_is_there():
    named = set(re.findall(r"`((?:tests|adapters|schemas|docs)/[\w/.]+\.(?:py|md))`", PAGE))
    example = {"docs/sources/teashop.md"}
    missing = [place for place in named - example if not Path(place).exists()]
    assert not missing, f"CONTRIBUTING.md names {missing}: correct it"
