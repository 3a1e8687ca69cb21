"""The two cookies of a page: one that scripts cannot read, and one that only pages of the territory can.

The second holds a token that belongs to the first; sent back as `X-CSRF-Token` it shows that the page could read it.
`__Host-` cookies are set by this host alone, over TLS or on this machine (RFC 6265bis §4.1.3).
"""

import hmac
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from services.auth.sessions.dependencies import TokenDesksDep
from services.auth.sessions.rules import SLIDING_LIFETIME
from shared.errors import Kind, ServiceError

REFRESH_COOKIE = "__Host-unityplan-refresh"
CSRF_COOKIE = "__Host-unityplan-csrf"
CSRF_HEADER = "x-csrf-token"
LONGEST = 200


def set_cookies(response: Response, refresh_token: str, csrf_token: str) -> None:
    """Give a page its cookies, for as long as the session lives without being used."""
    age = int(SLIDING_LIFETIME.total_seconds())
    response.headers.append("set-cookie", f"{REFRESH_COOKIE}={refresh_token}; Max-Age={age}; {_FLAGS}; HttpOnly")
    response.headers.append("set-cookie", f"{CSRF_COOKIE}={csrf_token}; Max-Age={age}; {_FLAGS}")


def clear_cookies(response: Response) -> None:
    """Take a page its cookies."""
    response.headers.append("set-cookie", f"{REFRESH_COOKIE}=; Max-Age=0; {_FLAGS}; HttpOnly")
    response.headers.append("set-cookie", f"{CSRF_COOKIE}=; Max-Age=0; {_FLAGS}")


_FLAGS = "Path=/; Secure; SameSite=Strict"


async def presented_cookie(
    request: Request,
    desks: TokenDesksDep,
    x_csrf_token: Annotated[str | None, Header(description="`csrf_token` of the last answer, or its cookie")] = None,
    sec_fetch_site: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> str:
    """The refresh token in a page's cookie, when it is the page that sends it.

    Raises: unauthenticated `refresh-token-invalid`, forbidden `csrf-refused`.
    """
    token = request.cookies.get(REFRESH_COOKIE)
    if token is None or len(token) > LONGEST:
        raise ServiceError(Kind.UNAUTHENTICATED, "refresh-token-invalid", "There is no session; log in.")
    expected = desks.derivation.csrf_token(token).encode()
    given = (x_csrf_token or "").encode("utf-8", "surrogatepass")
    if sec_fetch_site == "cross-site" or not hmac.compare_digest(expected, given):
        detail = "Send X-CSRF-Token: what the last answer, and the cookie beside the session's, have as csrf_token."
        raise ServiceError(Kind.FORBIDDEN, "csrf-refused", detail)
    return token


PresentedCookieDep = Annotated[str, Depends(presented_cookie)]
