"""The API's document as a page, which a machine without internet shows as well as any other."""

import re

import pytest

from tests.services.gateway.door import Door

ADDRESS = re.compile(r"""(?:src|href)="([^"]*)"|url\(\s*["']?([^"')]+)""")


async def test_the_page_and_its_parts_come_from_here(door: Door) -> None:
    page = await door.http.get("/api/docs")
    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    parts = addresses(page.text)
    assert len(parts) == 4
    for part in parts:
        assert part.startswith("/api/docs/assets/")
        found = await door.http.get(part)
        assert (found.status_code, bool(found.content)) == (200, True), part
        if part.endswith(".css"):
            assert all(address.startswith("data:") for address in addresses(found.text)), part


async def test_the_page_shows_the_document_that_is_here(door: Door) -> None:
    start = (await door.http.get("/api/docs/assets/start.js")).text
    assert 'url: "/api/openapi.json"' in start
    document = (await door.http.get("/api/openapi.json")).json()
    assert document["servers"] == [{"url": "/api"}]


async def test_what_a_browser_has_is_not_sent_again(door: Door) -> None:
    for path in ("openapi.json", "docs/assets/swagger-ui-bundle.js", "docs/assets/start.js"):
        for encoding in ("br", "gzip", "identity"):
            accepted = {"Accept-Encoding": encoding}
            etag = (await door.http.get(f"/api/{path}", headers=accepted)).headers["etag"]
            again = await door.http.get(f"/api/{path}", headers={**accepted, "If-None-Match": etag})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag), (path, encoding)


@pytest.mark.parametrize("part", ["bytes=0-9", "bytes=9999999-", "bytes=first"])
async def test_parts_of_a_file_are_not_given(door: Door, part: str) -> None:
    found = await door.http.get("/api/docs/assets/favicon.png", headers={"Range": part})
    assert (found.status_code, found.content[:4]) == (200, b"\x89PNG")


async def test_there_is_no_other_part(door: Door) -> None:
    for name in ("redoc.standalone.js", "..%2f__init__.py", "openapi.json"):
        assert (await door.http.get(f"/api/docs/assets/{name}")).status_code in {400, 404}, name


def addresses(text: str) -> list[str]:
    return [found[1] or found[2] for found in ADDRESS.finditer(text)]
