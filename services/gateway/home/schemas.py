"""The shape of the first page. Its parts have the shapes that their services give them in the same document."""

from typing import Any

from services.gateway.home.parts import PARTS

_CODE = {"type": "string", "description": "as the service's problem document says it"}
_UNAVAILABLE = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["part", "code"],
        "properties": {"part": {"enum": [part.name for part in PARTS]}, "code": _CODE},
    },
}


_MEMBERS = {
    part.name: {"anyOf": [{"$ref": f"#/components/schemas/{part.shape}"}, {"type": "null"}]} for part in PARTS
} | {
    "partial": {"type": "boolean"},
    "unavailable": _UNAVAILABLE,
}

HOME: dict[str, Any] = {
    "description": "All of it, or what of it can be had: a part that cannot is null, and named in `unavailable`.",
    "content": {
        "application/json": {
            "schema": {"title": "Home", "type": "object", "required": list(_MEMBERS), "properties": _MEMBERS}
        }
    },
}
