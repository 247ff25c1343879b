"""The specification is true: Schemathesis asks what it allows, and what it does not, and compares the answers."""

import hypothesis
import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from crossprov.models import Case
from crossprov.service.app import create_app

spec = schemathesis.openapi.from_dict(create_app().openapi())
NAMES = {
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "unsupported_method",
    "allow_header_conformance",
}


SAME_BODY = ["/guide", "/batch"]
"""They take cases as /decide does, for which every edge of the schema is tried: 1,500 requests."""


def bounded(*phases):
    return settings(
        max_examples=10, deadline=None, phases=[hypothesis.Phase[name] for name in phases],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def true(case, address):
    case.call_and_validate(
        base_url=address, timeout=20, checks=[CHECKS.get_one(name) for name in sorted(NAMES)]
    )


@spec.exclude(path=SAME_BODY).parametrize()
@bounded("explicit", "generate")
def test_nothing_is_answered_that_the_specification_does_not_say(case, address):
    true(case, address)


@spec.include(path=SAME_BODY).parametrize()
@bounded("generate")
def test_nothing_else_is_answered_where_cases_are_guided_or_come_in_batches(case, address):
    true(case, address)


@pytest.fixture(scope="module")
def told(client):
    return client.get("/openapi.json").json()


def operations(told):
    return [(path, one) for path, methods in told["paths"].items() for one in methods.values()]


def valid(told, schema, data):
    whole = {"$defs": told["components"]["schemas"], **schema}
    text = jsonschema.Draft202012Validator(
        _local(whole), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    return text.is_valid(data)


def _local(node):
    if isinstance(node, dict):
        return {
            key: value.replace("#/components/schemas/", "#/$defs/") if key == "$ref" else _local(value)
            for key, value in node.items()
        }
    return [_local(one) for one in node] if isinstance(node, list) else node


def test_every_operation_has_examples_that_are_true(told):
    assert told["openapi"].startswith("3.1")
    assert len(operations(told)) == 11
    for path, operation in operations(told):
        contents = [
            content for answer in operation["responses"].values() for content in answer["content"].values()
        ]
        contents += operation.get("requestBody", {"content": {}})["content"].values()
        for content in contents:
            example = content["example"]
            if path == "/batch" and "cases" in example:
                example = {"cases": example["cases"][:1]}  # the second is wrong on purpose
            assert valid(told, content["schema"], example), path


def test_the_example_of_an_answer_is_what_the_example_of_a_request_gets(told, client):
    for path in ("/decide", "/interview"):
        operation = told["paths"][path]["post"]
        sent = operation["requestBody"]["content"]["application/json"]["example"]
        assert (
            client.post(path, json=sent).json()
            == operation["responses"]["200"]["content"]["application/json"]["example"]
        )


def test_a_case_is_described_as_the_models_describe_it(told):
    assert set(told["components"]["schemas"]["Case"]["properties"]) == set(Case.model_fields)


def test_every_problem_has_the_same_form(told):
    for _, operation in operations(told):
        for status, answer in operation["responses"].items():
            kind = "application/json" if status == "200" else "application/problem+json"
            assert list(answer["content"]) == [kind]
