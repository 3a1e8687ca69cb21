"""`/openapi.json` and `/docs`, with assets that come with the package: no page loads anything from elsewhere."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.errors import not_found
from shared.web.caching import etag_of_body, respond, unchanged

DOCUMENT = Path(__file__).with_name("openapi.json")
START = Path(__file__).with_name("start.js")
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
    START.name: "text/javascript",
}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>UnityPlan API</title>
<link rel="stylesheet" href="/api/docs/assets/swagger-ui.css">
<link rel="icon" href="/api/docs/assets/favicon.png">
</head>
<body>
<div id="api"></div>
<script src="/api/docs/assets/swagger-ui-bundle.js"></script>
<script src="/api/docs/assets/start.js"></script>
</body>
</html>
"""

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
async def read_document(request: Request) -> Response:
    """The merged OpenAPI 3.1 document, as it was built; whether or not the services are up."""
    body, etag = _read(DOCUMENT)
    return respond(request, body, etag=etag, cache_control="public, max-age=300")


@router.get("/docs")
async def read_page() -> Response:
    """The document as a page."""
    return HTMLResponse(PAGE, headers={"cache-control": "public, max-age=300"})


@router.get("/docs/assets/{name}")
async def read_asset(request: Request, name: str) -> Response:
    """One file of the page."""
    if name not in ASSETS:
        raise not_found("asset")
    body, etag = _read(START if name == START.name else _assets() / name)
    fields = {"etag": etag, "cache-control": "public, max-age=86400"}
    return unchanged(request, fields) or Response(body, headers=fields, media_type=ASSETS[name])


@cache
def _read(path: Path) -> tuple[bytes, str]:
    """A file that comes with the package, and its tag. Two megabytes in all, of which none waits for a client."""
    body = path.read_bytes()
    return body, etag_of_body(body)


def _assets() -> Path:
    """Where the wheel that carries Swagger UI keeps it; found, not imported."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise not_found("asset")
    return Path(spec.origin).parent / "static"
