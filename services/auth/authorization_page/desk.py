"""What a request at the authorization endpoint is answered with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from fastapi import Response
from pydantic import ValidationError

from services.auth.authorization_page.commands import log_in_for_tool
from services.auth.authorization_page.page import Shown, login_page, page_policy
from services.auth.authorization_page.ticket import Tickets, browser_of
from services.auth.identity_provider.queries import find_client
from services.auth.identity_provider.rules import (
    Client,
    Wish,
    require_redirect,
    sent_back,
    wish_fault,
    wish_of,
    with_query,
)
from services.auth.sessions.dependencies import LONGEST_USER_AGENT
from services.auth.sessions.door import Door
from services.auth.sessions.login_body import LoginBody
from services.auth.sessions.token_answer import HOLDS_TOKENS
from services.auth.sign_up.queries import TermsReader
from services.auth.sign_up.rules import require_passwords
from shared.clock import utc_now
from shared.errors import ServiceError
from shared.identity.tokens import issuer_of
from shared.web.dependencies import AnonymousCall
from shared.web.execution import Rendered, response_of
from shared.web.problems import problem_headers

HTML = {"content-type": "text/html; charset=utf-8"}
FORBIDDEN = 403
UNPROCESSABLE = 422
_TOO_LATE = "The page was open for long, or the browser keeps no cookies. Please try once more."
_TOO_LONG = "One of the fields is longer than it can be."
# What the API says of its own fields, said of those of the page.
_IN_WORDS_OF_THE_PAGE = {
    "second-factor-required": "Give the code of your authenticator app or a recovery code, and the password once more."
}


@dataclass(frozen=True, slots=True)
class Desk:
    """For one call; `elsewhere` is the operator's own page, where there is one."""

    call: AnonymousCall
    tickets: Tickets
    terms: TermsReader
    elsewhere: str | None

    async def begin(self, fields: Mapping[str, str]) -> Response:
        """The page; or back to the tool, with what is wrong. Raises: as `_wanted`; forbidden `passwords-off`."""
        client, wish = await self._wanted(fields)
        fault = wish_fault(wish)
        if fault is not None:
            return response_of(self._back(wish, error=fault))
        if self.elsewhere is not None:
            return response_of(_sent_to(with_query(self.elsewhere, **_for_the_api(wish))))
        require_passwords(await self.terms.read(self.call.pool))
        return response_of(self._page(client, wish, 200, identifier=fields.get("login_hint", "")))

    async def finish(self, fields: Mapping[str, str], door: Door) -> Response:
        """Back to the tool, with a code for who logs in; or the page again, after a mistake. Raises: as `begin`."""
        client, wish = await self._wanted(fields)
        fault = wish_fault(wish)
        if fault is not None:
            return response_of(self._back(wish, error=fault))
        identifier = fields.get("identifier", "")
        if not self._is_own_page(fields.get("ticket", ""), wish):
            return response_of(self._page(client, wish, FORBIDDEN, identifier=identifier, fault=_TOO_LATE))
        if fields.get("decision") != "agree":
            return response_of(self._back(wish, error="access_denied"))
        require_passwords(await self.terms.read(self.call.pool))
        try:
            body = LoginBody(
                identifier=identifier, password=fields.get("password", ""), totp=fields.get("totp", "").strip() or None
            )
        except ValidationError:
            return response_of(self._page(client, wish, UNPROCESSABLE, fault=_TOO_LONG))
        return await self._log_in(client, wish, body, door)

    async def _log_in(self, client: Client, wish: Wish, body: LoginBody, door: Door) -> Response:
        """By the door that every login takes: with its delays, its answers and its time."""

        def turned_away(error: ServiceError) -> Rendered:
            detail = _IN_WORDS_OF_THE_PAGE.get(error.code, error.detail)
            page = self._page(client, wish, error.kind.status, identifier=body.identifier, fault=detail)
            return replace(page, headers={**problem_headers(error), **page.headers})

        # Among the citizen's sessions it is known by the tool.
        device = f"{client.name}: {door.origin.user_agent}"[:LONGEST_USER_AGENT]
        for_tool = replace(door, origin=replace(door.origin, user_agent=device))
        try:
            return await for_tool.let_in(
                body, partial(log_in_for_tool, wish), lambda code: self._back(wish, code=code), turned_away
            )
        except ServiceError as error:
            return response_of(turned_away(error))

    async def _wanted(self, fields: Mapping[str, str]) -> tuple[Client, Wish]:
        """Who asks for what. Raises: malformed `bad-request`, `client-unknown`, `redirect-unknown`."""
        wish = wish_of(fields)
        return require_redirect(await find_client(self.call.pool, wish.client_id), wish.redirect_uri), wish

    def _is_own_page(self, ticket: str, wish: Wish) -> bool:
        """Whether the form is of a page that was shown in this browser.

        `Origin` says nothing: to a page that sends no `Referer` browsers give the origin `null`.
        """
        browser, is_new = browser_of(self.call.request.cookies)
        site = self.call.request.headers.get("sec-fetch-site", "same-origin")
        return not is_new and site == "same-origin" and self.tickets.is_good(ticket, browser, wish, utc_now())

    def _page(
        self, client: Client, wish: Wish, status: int, *, identifier: str = "", fault: str | None = None
    ) -> Rendered:
        browser, cookie = browser_of(self.call.request.cookies)
        shown = Shown(self.tickets.issue(browser, wish, utc_now()), identifier, fault)
        html = login_page(self.call.territory.name, client, wish, shown)
        return Rendered(status, html.encode(), {**HOLDS_TOKENS, **HTML, **page_policy(wish.redirect_uri), **cookie})

    def _back(self, wish: Wish, **answer: str) -> Rendered:
        return _sent_to(sent_back(wish, issuer_of(self.call.territory), **answer))


def _sent_to(address: str) -> Rendered:
    return Rendered(303, None, {"location": address, "cache-control": "no-store"})


def _for_the_api(wish: Wish) -> Mapping[str, str | None]:
    """What the operator's page sends on to `POST /auth/oidc/authorizations`."""
    names = ("client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge")
    return {name: wish.fields.get(name) for name in names}
