"""Sessions of pages: what a script cannot read, and what another page cannot use."""

from http.cookies import Morsel, SimpleCookie

import httpx
import pytest

from tests.services.auth.visitor import Visitor
from tests.support.citizen import PASSWORD, Json

REFRESH, CSRF = "__Host-unityplan-refresh", "__Host-unityplan-csrf"


def cookies_of(answer: httpx.Response) -> dict[str, Morsel[str]]:
    jar: SimpleCookie = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        jar.load(line)
    return dict(jar)


class Page:
    """A page with a browser around it that keeps cookies; httpx's own jar would not send them without TLS."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.kept: dict[str, str] = {}
        self.csrf = ""

    async def call(self, path: str, body: Json = None, **headers: str) -> httpx.Response:
        self.visitor.http.cookies.clear()
        cookie = "; ".join(f"{name}={value}" for name, value in self.kept.items())
        sent = {**({"cookie": cookie} if cookie else {}), **{n.replace("_", "-"): v for n, v in headers.items()}}
        answer = await self.visitor.http.post(path, json=body, headers=sent)
        for name, morsel in cookies_of(answer).items():
            self.kept[name] = morsel.value
            if morsel["max-age"] == "0":
                del self.kept[name]
        return answer

    async def login(self) -> httpx.Response:
        user = (await self.visitor.register())["user"]
        answer = await self.call("/auth/browser/login", {"identifier": user["username"], "password": PASSWORD})
        self.csrf = answer.json()["csrf_token"]
        return answer

    async def refresh(self, **headers: str) -> httpx.Response:
        return await self.call("/auth/browser/refresh", **{"x_csrf_token": self.csrf, **headers})


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return Page(visitor)


async def test_the_refresh_token_is_in_a_cookie_that_no_script_reads(page: Page) -> None:
    answer = await page.login()
    assert answer.status_code == 200
    assert set(answer.json()) == {"user", "access_token", "csrf_token", "token_type", "expires_in"}
    cookies = cookies_of(answer)
    assert cookies[REFRESH].value not in answer.text
    for cookie in cookies.values():
        assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Strict")
        assert cookie["secure"]
    assert cookies[REFRESH]["httponly"]
    assert not cookies[CSRF]["httponly"]
    assert cookies[CSRF].value == answer.json()["csrf_token"]
    assert (await page.visitor.get("/auth/me", answer.json()["access_token"])).status_code == 200


async def test_a_page_that_is_loaded_again_goes_on_with_its_cookies(page: Page) -> None:
    await page.login()
    for _ in range(3):
        before = dict(page.kept)
        page.csrf = page.kept[CSRF]
        answer = await page.refresh()
        assert answer.status_code == 200
        assert before[REFRESH] != page.kept[REFRESH]
        assert answer.json()["csrf_token"] == page.kept[CSRF]


@pytest.mark.parametrize(
    "headers", [{"x_csrf_token": ""}, {"x_csrf_token": "made up"}, {"sec_fetch_site": "cross-site"}]
)
async def test_another_page_cannot_use_the_cookie(page: Page, headers: dict[str, str]) -> None:
    await page.login()
    for path in ("/auth/browser/refresh", "/auth/browser/logout"):
        answer = await page.call(path, **{"x_csrf_token": page.csrf, **headers})
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf-refused")
    assert (await page.refresh()).status_code == 200


async def test_the_token_of_another_session_is_no_proof(page: Page, visitor: Visitor) -> None:
    await page.login()
    other = Page(visitor)
    await other.login()
    answer = await page.refresh(x_csrf_token=other.csrf)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf-refused")


async def test_a_cookie_alone_logs_nobody_in(page: Page) -> None:
    await page.login()
    page.visitor.http.cookies.clear()
    cookie = "; ".join(f"{name}={value}" for name, value in page.kept.items())
    answer = await page.visitor.http.get("/auth/me", headers={"cookie": cookie})
    assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")


async def test_a_logout_ends_the_session_and_takes_the_cookies(page: Page) -> None:
    tokens = (await page.login()).json()
    stolen = page.kept[REFRESH]
    answer = await page.call("/auth/browser/logout", x_csrf_token=page.csrf)
    assert (answer.status_code, page.kept) == (204, {})
    assert (await page.visitor.refresh(stolen)).status_code == 401
    await page.visitor.is_revoked(tokens["access_token"])
    again = await page.refresh()
    assert (again.status_code, again.json()["code"]) == (401, "refresh-token-invalid")


async def test_a_wrong_password_sets_no_cookie(page: Page) -> None:
    user = (await page.visitor.register())["user"]
    answer = await page.call("/auth/browser/login", {"identifier": user["username"], "password": "a wrong guess"})
    assert (answer.status_code, cookies_of(answer)) == (401, {})
