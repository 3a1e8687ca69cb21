"""`/openapi.json` and `/docs`, with assets that come with the package: no page loads anything from elsewhere."""

from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from shared.errors import not_found
from shared.web.caching import respond

DOCUMENT = Path(__file__).with_name("openapi.json")
START = Path(__file__).with_name("start.js")
ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css", "favicon.png": "image/png"}
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"

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
    return respond(request, DOCUMENT.read_bytes(), cache_control="public, max-age=300")


@router.get("/docs")
async def read_page() -> Response:
    """The document as a page."""
    return HTMLResponse(PAGE, headers={"content-security-policy": POLICY})


@router.get("/docs/assets/{name}")
async def read_asset(name: str) -> Response:
    """One file of the page."""
    headers = {"cache-control": "public, max-age=86400"}
    if name == START.name:
        return FileResponse(START, media_type="text/javascript", headers=headers)
    if name not in ASSETS:
        raise not_found("asset")
    return FileResponse(_assets() / name, media_type=ASSETS[name], headers=headers)


def _assets() -> Path:
    """Where the wheel that carries Swagger UI keeps it; found, not imported."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise not_found("asset")
    return Path(spec.origin).parent / "static"
