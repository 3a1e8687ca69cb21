"""How the services' API documents become one."""

from typing import Any

import pytest

from ops.openapi.merge import MergeError, merge_documents


def document(paths: dict[str, Any], schemas: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"info": {"description": "x"}, "paths": paths, "components": {"schemas": schemas or {}}}


def operation(name: str, schema: str = "") -> dict[str, Any]:
    answer = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}} if schema else {}
    return {"operationId": name, "responses": {"200": answer}}


def merged(documents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return merge_documents(documents, version="1", first="gateway", hidden={"/health"})


def reference(found: dict[str, Any], path: str) -> str:
    content = found["paths"][path]["get"]["responses"]["200"]["content"]
    return str(content["application/json"]["schema"]["$ref"])


def test_equal_components_are_shared() -> None:
    page = {"Page": {"type": "object"}}
    found = merged(
        {
            "a": document({"/a": {"get": operation("a", "Page")}}, page),
            "b": document({"/b": {"get": operation("b", "Page")}}, page),
        }
    )
    assert list(found["components"]["schemas"]) == ["Page"]


def test_components_that_differ_get_the_services_name_also_through_references() -> None:
    outer = {"$ref": "#/components/schemas/Inner"}
    found = merged(
        {
            "a": document({"/a": {"get": operation("a", "Outer")}}, {"Inner": {"type": "object"}, "Outer": outer}),
            "b": document({"/b": {"get": operation("b", "Outer")}}, {"Inner": {"type": "string"}, "Outer": outer}),
        }
    )
    assert reference(found, "/a") == "#/components/schemas/Outer"
    assert reference(found, "/b") == "#/components/schemas/BOuter"
    assert found["components"]["schemas"]["BOuter"] == {"$ref": "#/components/schemas/BInner"}


def test_operations_carry_their_services_tag() -> None:
    found = merged({"a": document({"/a": {"get": operation("read_a")}})})
    assert found["paths"]["/a"]["get"]["tags"] == ["a"]


def test_two_operations_may_not_have_one_name() -> None:
    with pytest.raises(MergeError, match="the operation id read of b is taken"):
        merged({"a": document({"/a": {"get": operation("read")}}), "b": document({"/b": {"get": operation("read")}})})


def test_the_gateways_own_operation_counts_and_health_is_shown_once() -> None:
    paths = {"/health": {"get": operation("health")}, "/communities": {"get": operation("directory")}}
    behind = {
        "/health": {"get": operation("health")},
        "/communities": {"get": operation("mine"), "post": operation("create")},
    }
    found = merged({"community": document(behind), "gateway": document(paths)})
    assert found["paths"]["/communities"]["get"]["operationId"] == "directory"
    assert found["paths"]["/communities"]["post"]["tags"] == ["community"]
    assert found["paths"]["/health"]["get"]["tags"] == ["gateway"]


def test_two_services_may_not_describe_the_same_operation() -> None:
    with pytest.raises(MergeError, match="GET /x is described by a and by b"):
        merged({"a": document({"/x": {"get": operation("a")}}), "b": document({"/x": {"get": operation("b")}})})
