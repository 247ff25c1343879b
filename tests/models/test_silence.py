"""Numbers, names and days of birth never appear in reprs, error texts or problem reports."""

import json
import pprint
import re

import pytest
from pydantic import BaseModel, ValidationError

from crossprov.models import Case, problems
from models.model_samples import case, citizen, full_case, insured, resident_number, spell

NUMBER = resident_number()
ENDING_IN_X = next(
    number for order in range(1_000) if (number := resident_number(order=f"{order:03d}")).endswith("X")
)
LEAKS = (ENDING_IN_X, ENDING_IN_X.lower(), "张三", "1974-05-06", "4000.5")


def models_in(value):
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models_in(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from models_in(item)


def test_reprs_show_the_class_only():
    models = list(models_in(Case.model_validate(full_case())))
    assert len({type(model) for model in models}) > 15
    for model in models:
        for text in (repr(model), str(model), f"{model}", f"{[model]}", pprint.pformat(model)):
            assert re.fullmatch(r"\[?\w+(\[\w+\])?\(…\)\]?", text)
        assert list(model.__rich_repr__()) == []


def with_document(**fields):
    return case(citizen(documents=[fields]))


def leaky(secret):
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    yield secret, secret
    yield case({"kind": secret}), secret
    yield case({secret: 1}), secret
    yield case(citizen(**{secret: 1})), secret
    yield case(**{secret: secret}), secret
    yield case(facts={secret: 1}), secret
    yield case(facts={secret: 1.0}), secret
    yield case(facts={"a.b": {secret: secret}}), secret
    yield case(move={secret: secret}), secret
    yield with_document(kind=secret, number=secret), secret
    yield with_document(kind="resident_id", number=secret + "0"), secret
    yield with_document(kind="resident_id", number=wrong), wrong
    yield with_document(kind="passport", number=[secret]), secret
    yield case(citizen(name={secret: secret})), secret
    yield case(citizen(name=secret * 101)), secret
    yield case(citizen(sex=secret)), secret
    yield case(citizen(birth_date=secret + "x")), secret
    yield case(citizen(birth_date=secret, documents=secret)), secret
    yield case(citizen(military={"service_months": secret})), secret
    yield case(citizen(hukou={"complete_for": [{"provinces": [secret]}], "records": secret})), secret
    yield case(events=[{"step": secret, "on": secret}]), secret
    yield insured(pension_spells={"records": [spell(place=secret, scheme=secret, end=secret)]}), secret
    yield insured(pension_spells={"records": [spell(paid_months=secret, employer_rate=secret)]}), secret
    yield case({"kind": "employer", "uscc": secret}), secret


@pytest.mark.parametrize(
    ("data", "secret"), [pair for secret in LEAKS for pair in leaky(secret)], ids=lambda _: ""
)
def test_errors_keep_the_secret(data, secret):
    for door, given in ((Case.model_validate, data), (Case.model_validate_json, json.dumps(data))):
        with pytest.raises(ValidationError) as caught:
            door(given)
        shown = f"{caught.value} {caught.value!r} {problems(caught.value)}"
        assert secret not in shown
        assert secret.lower() not in shown.lower()


@pytest.mark.parametrize(
    "key", [ENDING_IN_X, "e12345678", "张三", "ZhangSan", "a b", "5", "x" * 101, "kind=citizen"]
)
def test_keys_that_are_no_plain_names_are_masked(key):
    with pytest.raises(ValidationError) as caught:
        Case.model_validate(case(citizen(**{key: 1})))
    assert [problem.path for problem in problems(caught.value)] == ["applicant.<?>"]


def test_a_mistyped_field_is_named():
    with pytest.raises(ValidationError) as caught:
        Case.model_validate(case(aplied_on="2024-05-06"))
    assert [(problem.path, problem.code) for problem in problems(caught.value)] == [
        ("aplied_on", "extra_forbidden")
    ]


def test_a_contradiction_names_the_field_and_no_value():
    contradiction = citizen(
        documents=[{"kind": "resident_id", "number": NUMBER}], birth_date="1974-05-07", sex="female"
    )
    with pytest.raises(ValidationError) as caught:
        Case.model_validate(case(contradiction))
    shown = f"{caught.value} {problems(caught.value)}"
    assert "applicant.sex" in shown
    assert "applicant.birth_date" in shown
    assert not any(secret in shown for secret in (NUMBER, "1974", "female"))


def test_broken_json_is_not_repeated():
    with pytest.raises(ValidationError) as caught:
        Case.model_validate_json('{"item": "' + ENDING_IN_X + '" ' + ENDING_IN_X)
    assert [problem.code for problem in problems(caught.value)] == ["json_invalid"]
    assert ENDING_IN_X not in f"{caught.value} {problems(caught.value)}"


def test_changing_a_model_is_refused_silently():
    applicant = Case.model_validate(full_case()).applicant
    with pytest.raises(AttributeError) as caught:
        applicant.name = ENDING_IN_X
    assert ENDING_IN_X not in f"{caught.value!r}"
    with pytest.raises(ValidationError) as deleted:
        del applicant.name
    assert "张三" not in f"{deleted.value} {problems(deleted.value)}"
    assert applicant.name == "张三"
