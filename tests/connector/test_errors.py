from connector import errors


def test_every_error_has_a_status_and_a_code_of_its_own():
    kinds = errors.ConnectorError.__subclasses__()
    assert {kind.status for kind in kinds} == {400, 401, 403, 404, 409, 503}
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_errors_say_what_the_caller_can_act_on():
    assert errors.InvalidRequestError("no", {"email": ["missing"]}).fields == {"email": ["missing"]}
    assert errors.AmbiguousError("which?", ["p_1", "p_2"]).candidates == ["p_1", "p_2"]
