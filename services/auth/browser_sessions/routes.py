"""Logging in, staying logged in and logging out from a page, by cookie."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from services.auth.browser_sessions.cookies import PresentedCookieDep, clear_cookies, set_cookies
from services.auth.browser_sessions.schemas import BrowserTokenAnswer
from services.auth.sessions.commands import Issued, log_out
from services.auth.sessions.door import DoorDep
from services.auth.sessions.login_body import LoginBody
from services.auth.sessions.token_answer import HOLDS_TOKENS
from services.auth.sessions.token_desk import TokenDesk
from services.auth.sign_up.dependencies import PasswordTermsDep
from shared.web.bodies import StrictRoute
from shared.web.dependencies import AnonymousCallDep
from shared.web.execution import Rendered, execute, no_content
from shared.web.problems import problems

router = APIRouter(tags=["browser sessions"], route_class=StrictRoute)


@router.post(
    "/auth/browser/login",
    operation_id="log_in_browser",
    responses={200: {"model": BrowserTokenAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
async def login(body: LoginBody, _: PasswordTermsDep, door: DoorDep) -> Response:
    """Log in from a page: as `/auth/login`, with the refresh token in a cookie instead of the body."""
    hands = CookieHands()
    return hands.hand(await door.enter(body, hands))


@router.post(
    "/auth/browser/refresh",
    operation_id="refresh_browser",
    responses={200: {"model": BrowserTokenAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
async def refresh(token: PresentedCookieDep, door: DoorDep) -> Response:
    """Exchange the cookie for the next one, and get the next access token: also what a page does when it is loaded."""
    hands = CookieHands()
    return hands.hand(await door.renew(token, hands))


@router.post(
    "/auth/browser/logout",
    operation_id="log_out_browser",
    status_code=204,
    responses=problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
)
async def logout(call: AnonymousCallDep, token: PresentedCookieDep) -> Response:
    """End the page's session, and take its cookies."""
    response = await execute(call, log_out, token, render=no_content)
    clear_cookies(response)
    return response


@dataclass(slots=True)
class CookieHands:
    """Hands over the refresh token of an answer beside its body."""

    given: tuple[str, str] | None = None

    def __call__(self, desk: TokenDesk, issued: Issued) -> Rendered:
        """The body; called again when the command is run again."""
        self.given = (issued.refresh_token, desk.derivation.csrf_token(issued.refresh_token))
        return Rendered(200, desk.browser_answer(issued), HOLDS_TOKENS)

    def hand(self, response: Response) -> Response:
        """The answer, with cookies when it lets in."""
        if self.given is not None:
            set_cookies(response, *self.given)
        return response
