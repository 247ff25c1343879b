"""The forms of records are read from the models: each field and each choice has a name in both languages."""

import pytest

from crossprov import Rulebook
from crossprov.interview.question import form_of
from crossprov.interview.telling import path_of, record_of
from crossprov.models.plan import plan
from crossprov.texts import _catalogue, template

RULES = Rulebook.load()
LISTS = list(RULES.vocabulary.records)


def record(name):
    return record_of(path_of(RULES, name))


def everything(fields):
    for one in fields:
        yield one
        yield from everything(one.fields)


@pytest.mark.parametrize("name", LISTS)
def test_a_form_has_every_field_of_its_record(name):
    fields = form_of(record(name), RULES.vocabulary.records[name].shape.fields)
    assert [one.name for one in fields] == [one.name for one in plan(record(name))]
    assert {one.name for one in fields if one.required} == {
        key for key, field in record(name).model_fields.items() if field.is_required()
    }
    for one in everything(fields):
        assert one.label.zh
        assert one.label.en
        assert bool(one.fields) == (one.kind == "records")
        assert bool(one.choices) == (one.kind in ("bool", "enum")), one.name


@pytest.mark.parametrize("name", LISTS)
def test_the_vocabulary_names_the_choices_first(name):
    declared = RULES.vocabulary.records[name].shape.fields
    for field in form_of(record(name), declared):
        if field.kind == "enum" and field.name in declared:
            words = declared[field.name].values
            assert {one.value: one.label.zh for one in field.choices} == {
                key: it.zh for key, it in words.items()
            }


def test_every_text_is_used():
    models = {f"{model.__name__}.{field.name}" for model in _models() for field in plan(model)}
    choices = {
        f"choice.{value}"
        for model in _models()
        for one in plan(model)
        if one.content == "choice"
        for value in one.of
    }
    there = {key for key in _catalogue("forms") if key[0].isupper() or key.startswith("choice.")}
    assert there == models | choices
    for key in _catalogue("forms"):
        assert all(template(f"form.{key}"))


def _models():
    open_ = [record(name) for name in LISTS]
    while open_:
        model = open_.pop()
        yield model
        open_ += [one.of for one in plan(model) if one.content == "model"]
