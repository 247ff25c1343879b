"""A Python dict is read exactly as JSON, and what was read is dumped and read again unchanged."""

import copy
import json
import re

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov.models import Case, Model
from models.model_samples import case, citizen, full_case, json_verdict, verdict

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["510104", "2024-05", "2024-05-06", "1234.50", "0.16", "all", "citizen", "male", "x"]),
)
any_json = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places_in(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places_in(item, (*path, key))


PLACES = list(places_in(full_case()))


@st.composite
def damaged_cases(draw):
    """A full case in which up to three places hold something else, or nothing."""
    data = full_case()
    for path in draw(st.lists(st.sampled_from(PLACES[1:]), min_size=1, max_size=3)):
        holder = data
        for key in path[:-1]:
            holder = holder[key] if isinstance(holder, dict | list) and has(holder, key) else None
        if not isinstance(holder, dict | list) or not has(holder, path[-1]):
            continue
        if draw(st.booleans()):
            holder[path[-1]] = draw(any_json)
        elif draw(st.booleans()):
            del holder[path[-1]]
        elif isinstance(holder, dict):
            holder[draw(st.text(max_size=5))] = draw(any_json)
    return data


def has(holder, key):
    return key in holder if isinstance(holder, dict) else isinstance(key, int) and key < len(holder)


@given(damaged_cases() | any_json)
def test_both_doors_agree(data):
    text = json.dumps(data)
    assert verdict(json.loads(text)) == json_verdict(text)


@given(damaged_cases())
def test_reading_leaves_the_input_alone(data):
    before = copy.deepcopy(data)
    verdict(data)
    assert repr(data) == repr(before)


@given(damaged_cases())
def test_what_was_read_round_trips(data):
    read = verdict(data)
    if isinstance(read, Case):
        assert Case.model_validate_json(read.model_dump_json()) == read
        assert Case.model_validate(read.model_dump(mode="json")) == read
        assert Case.model_validate(read.model_dump()) == read


def test_the_full_case_round_trips_and_is_readable():
    read = Case.model_validate(full_case())
    text = read.model_dump_json()
    assert Case.model_validate_json(text) == read
    assert "张三" in text
    assert '"base":"4000.50"' in text
    assert '"start":"2014-01"' in text


def test_lone_surrogates_are_refused_by_both_doors():
    for data in (
        case(street="\ud800"),
        case(facts={"a.b": "\ud800"}),
        case(facts={"\ud800": 1}),
        case({"kind": "\ud800"}),
        case(citizen(**{"\ud800": 1})),
        case(
            citizen(sex="\ud800", birth_date="\ud800", documents=[{"kind": "passport", "number": "\ud800"}])
        ),
    ):
        assert not isinstance(verdict(data), Case)
        assert not isinstance(json_verdict(json.dumps(data)), Case)


def schemas_in(schema):
    return [schema, *schema.get("$defs", {}).values()]


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_describes_every_field(mode):
    schema = Case.model_json_schema(mode=mode)
    jsonschema.Draft202012Validator.check_schema(schema)
    objects = [part for part in schemas_in(schema) if "properties" in part]
    assert len(objects) > 20
    for part in objects:
        assert part["additionalProperties"] is False
        assert len(part["required"]) == len(set(part["required"])) if "required" in part else True
        for name, field in part["properties"].items():
            assert re.search(r"\w", field.get("description", "")), (part["title"], name)


def test_the_json_schema_accepts_what_is_dumped():
    schema = Case.model_json_schema()
    dumped = json.loads(Case.model_validate(full_case()).model_dump_json())
    jsonschema.validate(dumped, schema)
    jsonschema.validate(full_case(), schema)


def test_the_json_schema_wants_the_kind():
    unkind = case({"name": "x"})
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(unkind, Case.model_json_schema())


def subclasses(model):
    for child in model.__subclasses__():
        yield child
        yield from subclasses(child)


def test_every_model_keeps_the_common_rules():
    models = [model for model in subclasses(Model) if model.__module__.startswith("crossprov.models")]
    assert len(models) > 25
    for model in models:
        assert model.model_config["frozen"]
        assert model.model_config["extra"] == "forbid"
        assert model.model_config["hide_input_in_errors"]
