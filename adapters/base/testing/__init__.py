"""The contract kit: what shows an adapter's author that it is right.

Inherit from AdapterContract; docs/adapter-contract.md says what it promises, CONTRIBUTING.md how to begin.
"""

from adapters.base.testing.contract import AdapterContract, broken_promises, promises, sentence
from adapters.base.testing.facts import Clock, loopback_only
from adapters.base.testing.golden import dump
from adapters.base.testing.recorded import Recorded
from adapters.base.testing.upstream import Fault, Seen, Upstream

__all__ = [
    "AdapterContract",
    "Clock",
    "Fault",
    "Recorded",
    "Seen",
    "Upstream",
    "broken_promises",
    "dump",
    "loopback_only",
    "promises",
    "sentence",
]
