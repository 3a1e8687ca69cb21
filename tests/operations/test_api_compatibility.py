"""A change of the API that breaks its clients is found out, and one that only adds is let through."""

import json
from copy import deepcopy
from typing import Any

import pytest

from ops.clients.compatibility import breaking_changes, may_break
from ops.clients.published import read_published, unannounced_breaks
from ops.openapi.document import DOCUMENT

Document = dict[str, Any]

PATH = "/communities/{community_id}/posts"
PUBLISH = f"POST {PATH}"


@pytest.fixture(scope="module")
def published() -> Document:
    """The real document, so that the changes below are ones that could happen."""
    return read_published()


@pytest.fixture
def changed(published: Document) -> Document:
    return deepcopy(published)


def schema(document: Document, name: str) -> Document:
    found: Document = document["components"]["schemas"][name]
    return found


def test_nothing_that_clients_have_is_taken_without_a_new_version() -> None:
    breaks = unannounced_breaks(read_published(), json.loads(DOCUMENT.read_text()))
    assert breaks == [], "keep it, or raise the version in pyproject.toml and run `make clients`"


def test_what_is_kept_is_of_the_version_that_the_document_has() -> None:
    kept, now = read_published(), json.loads(DOCUMENT.read_text())
    assert kept["info"]["version"] == now["info"]["version"], "run `make clients`"


def test_a_document_does_not_break_itself(published: Document) -> None:
    assert breaking_changes(published, published) == []


def test_a_route_that_goes_or_is_renamed_breaks_clients(published: Document, changed: Document) -> None:
    del changed["paths"]["/territory"]
    changed["paths"][PATH]["post"]["operationId"] = "write_post"
    found = breaking_changes(published, changed)
    assert "gone: GET /territory as read_territory" in found
    assert f"gone: {PUBLISH} as publish_post" in found


def test_a_field_of_an_answer_that_goes_changes_or_may_be_missing_breaks_clients(
    published: Document, changed: Document
) -> None:
    answer = schema(changed, "PostAnswer")
    del answer["properties"]["score"]
    answer["properties"]["version"]["type"] = "string"
    answer["required"].remove("title")
    found = breaking_changes(published, changed)
    assert f"gone: {PUBLISH} 201.score is answered" in found
    assert f"wanted: {PUBLISH} 201.version may be string" in found
    assert f"gone: {PUBLISH} 201.title is always there" in found


def test_more_that_must_be_sent_breaks_clients(published: Document, changed: Document) -> None:
    schema(changed, "PostBody")["required"].append("tags")
    place = {"name": "language", "in": "query", "required": True, "schema": {"type": "string"}}
    changed["paths"][PATH]["post"]["parameters"].append(place)
    changed["paths"]["/territory"]["get"]["security"] = [{"HTTPBearer": []}]
    found = breaking_changes(published, changed)
    assert f"wanted: {PUBLISH} body with tags" in found
    assert f"wanted: {PUBLISH} query language" in found
    assert "wanted: GET /territory a token" in found


def test_less_that_may_be_sent_breaks_clients(published: Document, changed: Document) -> None:
    body = schema(changed, "PostBody")
    del body["properties"]["kind"]
    body["properties"]["title"]["maxLength"] = 100
    body["properties"]["body"]["minLength"] = 1
    schema(changed, "FoundBody")["properties"]["visibility"]["enum"].remove("unlisted")
    found = breaking_changes(published, changed)
    assert f"gone: {PUBLISH} body.kind is read" in found
    assert f"narrower: {PUBLISH} body.title maxLength" in found
    assert f"narrower: {PUBLISH} body.body minLength" in found
    assert "gone: POST /communities body.visibility takes 'unlisted'" in found


def test_a_value_that_clients_do_not_know_breaks_them(published: Document, changed: Document) -> None:
    schema(changed, "CommunityAnswer")["properties"]["visibility"]["enum"].append("secret")
    schema(changed, "PostAnswer")["properties"]["title"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    found = breaking_changes(published, changed)
    assert "wanted: GET /communities/{id_or_slug} 200.visibility may be 'secret'" in found
    assert "wanted: GET /posts/{post_id} 200.title may be null" in found


def test_what_is_added_or_loosened_breaks_nobody(published: Document, changed: Document) -> None:
    added = deepcopy(changed["paths"]["/territory"]["get"])
    changed["paths"]["/weather"] = {"get": {**added, "operationId": "read_weather"}}
    answer, body = schema(changed, "PostAnswer"), schema(changed, "PostBody")
    answer["properties"]["language"] = {"type": "string"}
    answer["required"].append("language")
    body["required"].remove("body")
    body["properties"]["title"]["maxLength"] = 1_000
    place = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    body["properties"]["place"] = {"anyOf": [place, {"type": "null"}]}
    body["properties"]["kind"]["description"] = "What sort of post it is."
    parameter = {"name": "language", "in": "query", "required": False, "schema": {"type": "string", "minLength": 2}}
    changed["paths"][PATH]["post"]["parameters"].append(parameter)
    assert breaking_changes(published, changed) == []


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("0.1.0", "0.1.0", False),
        ("0.1.0", "0.1.7", False),
        ("0.1.7", "0.2.0", True),
        ("0.9.0", "1.0.0", True),
        ("1.4.0", "1.5.0", False),
        ("1.4.0", "2.0.0", True),
        ("2.0.0", "1.9.0", False),
    ],
)
def test_a_version_says_when_it_breaks(old: str, new: str, *, allowed: bool) -> None:
    assert may_break(old, new) is allowed


def test_with_a_new_version_a_break_is_let_through(published: Document, changed: Document) -> None:
    del changed["paths"]["/territory"]
    assert unannounced_breaks(published, changed) != []
    major, minor, _ = (int(part) for part in published["info"]["version"].split("."))
    changed["info"]["version"] = f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"
    assert unannounced_breaks(published, changed) == []
