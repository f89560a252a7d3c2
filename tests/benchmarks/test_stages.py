import pytest

from benchmarks.stages import Watch


def test_what_an_inner_stage_takes_is_counted_once():
    watch = Watch()
    watch.clock |= {"schema": 5.0, "translate": 2.0}
    watch.work |= {"schema": 3.0, "translate": 1.0}
    watch.take_out("translate", "schema")
    assert watch.clock == {"schema": 3.0, "translate": 2.0} and watch.work == {"schema": 2.0, "translate": 1.0}


def test_a_stage_that_fails_is_counted_too():
    watch = Watch()

    def fails() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        watch.watched("fetch", fails)()
    assert watch.clock["fetch"] > 0
