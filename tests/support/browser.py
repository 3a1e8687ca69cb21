"""A browser, as far as logging in goes: it keeps cookies, reads forms, and sends what stands in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx
from typing_extensions import override

# What a browser says when it opens a page by a link of another site, and when it sends a form of the same one.
FROM_ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
FROM_THE_PAGE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Origin": "null"}
ACCEPTED = "text/html,application/xhtml+xml,*/*;q=0.8"


@dataclass(slots=True)
class Form:
    """A form as it stands in a page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.tags: set[str] = set()
        self.alerts: list[str] = []
        self._in_alert = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self._in_alert = given.get("role") == "alert"
        if tag == "form":
            self.forms.append(Form(given["action"], given["method"]))
        elif tag == "input" and self.forms:
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "button" and self.forms:
            self.forms[-1].buttons.append((given["name"], given["value"]))

    @override
    def handle_data(self, data: str) -> None:
        if self._in_alert:
            self.alerts.append(data)
            self._in_alert = False


@dataclass(slots=True)
class Page:
    """What is shown, and where it came from."""

    answer: httpx.Response
    forms: list[Form]
    tags: set[str]
    alerts: list[str]

    @property
    def form(self) -> Form:
        assert len(self.forms) == 1, self.answer.text
        return self.forms[0]


@dataclass(slots=True)
class Browser:
    """One person's; redirects are followed by whoever drives it, since most lead to where nobody is."""

    http: httpx.AsyncClient
    address: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def open(self, url: str, said: Mapping[str, str] = FROM_ELSEWHERE) -> Page:
        """Show a page."""
        return _page(await self._send("GET", url, said))

    async def submit(
        self, page: Page, button: str, typed: Mapping[str, str], said: Mapping[str, str] = FROM_THE_PAGE
    ) -> Page:
        """Type into the form and press one of its buttons."""
        form = page.form
        pressed = [(name, value) for name, value in form.buttons if value == button]
        assert set(typed) <= set(form.fields), form.fields
        assert len(pressed) == 1, form.buttons
        sent = {**form.fields, **typed, **dict(pressed)}
        url = urljoin(str(page.answer.request.url), form.action)
        return _page(await self._send(form.method.upper(), url, said, sent))

    async def _send(
        self, method: str, url: str, said: Mapping[str, str], sent: Mapping[str, str] | None = None
    ) -> httpx.Response:
        headers = {"Accept": ACCEPTED, "User-Agent": "Mozilla/5.0 (a test)", **said}
        if self.address:
            headers["X-Forwarded-For"] = self.address
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self.http.request(method, url, headers=headers, data=sent)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


def _page(answer: httpx.Response) -> Page:
    reader = _Reader()
    if answer.headers.get("content-type", "").startswith("text/html"):
        reader.feed(answer.text)
    return Page(answer, reader.forms, reader.tags, reader.alerts)
