"""The committed API document says what the services say, and is one that tools and people can use."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from ops.openapi.document import DOCUMENT
from services.gateway.home.parts import PARTS
from tests.support.pod import ROOT

BUILD = (
    "import sys; from ops.openapi.document import build_document, render; sys.stdout.write(render(build_document()))"
)
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
# Verb and object, as `publish_post`: clients are generated with these names, so no path and no method in them.
OPERATION_ID = re.compile(r"(?!(get|put|patch|delete)_)[a-z]+(_[a-z]+)+")
# What the gateway answers of itself on every path.
AT_THE_DOOR = {"400", "401", "403", "421", "429"}


def read_document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return document


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation with its method and path."""
    for path, item in read_document()["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def test_the_committed_document_is_up_to_date() -> None:
    # In a process of its own: building it imports all seven services.
    built = subprocess.run([sys.executable, "-c", BUILD], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own code
    assert built.returncode == 0, built.stderr
    assert DOCUMENT.read_text() == built.stdout, "run `unityplan openapi` and look at what changed"


def test_it_is_valid_openapi_3_1() -> None:
    document = read_document()
    assert document["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_operation_has_a_name_of_its_own_that_a_client_can_keep() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(names) == len(set(names))
    assert [name for name in names if not OPERATION_ID.fullmatch(name)] == []


def test_every_operation_says_in_a_line_what_it_does_and_whose_it_is() -> None:
    tags = {tag["name"] for tag in read_document()["tags"]}
    for name, operation in operations():
        assert len(operation["tags"]) == 1, name
        assert set(operation["tags"]) <= tags, name
        # The framework's own is the name in capitals.
        assert len(operation["summary"].split()) > 1, f"{name}: give the endpoint a docstring"
        assert operation["summary"].lower().replace(" ", "_") != operation["operationId"], name


def test_every_operation_says_whether_one_must_be_logged_in() -> None:
    security = {name: operation["security"] for name, operation in operations()}
    assert security["POST /communities"] == [{"HTTPBearer": []}]
    assert security["GET /communities"] == [{}, {"HTTPBearer": []}]
    assert security["POST /auth/login"] == [{}, {"HTTPBearer": []}]
    assert security["GET /users/me"] == [{"HTTPBearer": []}]


def test_every_refusal_is_documented_as_a_problem() -> None:
    for name, operation in operations():
        refusals = {status: each for status, each in operation["responses"].items() if status >= "400"}
        assert refusals.keys() >= AT_THE_DOOR, name
        assert {json.dumps(each["content"]) for each in refusals.values()} == {json.dumps(PROBLEM)}, name
        assert any(status.startswith("2") for status in operation["responses"]), name


def test_keys_against_repetition_are_offered_where_they_count() -> None:
    offering = {
        name
        for name, operation in operations()
        if any(parameter["name"] == "idempotency-key" for parameter in operation.get("parameters", []))
    }
    assert offering == {
        name for name, _ in operations() if name.startswith("POST ") and not name.startswith("POST /auth/")
    }


def test_every_body_is_shown_by_an_example_that_would_be_taken() -> None:
    document = read_document()
    for name, operation in operations():
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            if media_type == "application/json":
                body = _named(document, content["schema"])
                assert body.get("examples"), f"{name}: give the body's class `model_config = example(...)`"
                validator = OAS31Validator({**body, "components": document["components"]})
                for example in body["examples"]:
                    assert [error.message for error in validator.iter_errors(example)] == [], name


def _named(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The component that a body is, whether or not it may be left out."""
    reference = next(each["$ref"] for each in (schema, *schema.get("anyOf", ())) if "$ref" in each)
    found: dict[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def test_every_part_of_the_first_page_has_the_shape_that_its_own_path_gives_it() -> None:
    paths = read_document()["paths"]
    members = _answer_of(paths["/home"])["properties"]
    for part in PARTS:
        own = _answer_of(paths[part.target.partition("?")[0]])
        assert members[part.name] == {"anyOf": [own, {"type": "null"}]}, part.name


def _answer_of(item: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def test_every_reference_leads_somewhere() -> None:
    text = DOCUMENT.read_text()
    document = json.loads(text)
    for part in text.split('"$ref": "#/')[1:]:
        node = document
        for key in part.partition('"')[0].split("/"):
            node = node[key]
