"""What shows that a form is sent from the page that was shown in this browser, for what that page asked.

A browser gets a random cookie, and each page an HMAC of cookie, time and what the tool asks for. Who lures a browser to
send a login of their own has read no page of it, and sets no `__Host-` cookie in it. Source: RFC 9700 §4.7, OWASP CSRF.
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from services.auth.identity_provider.rules import Wish
from services.auth.signing_keys.key_material import derived_key
from shared.identity.opaque_tokens import base64url, random_token
from shared.settings.secrets import Secret

# Long enough to look for a telephone with an authenticator app.
LIFETIME = timedelta(minutes=30)
# Another site's form is sent without it, its link with it: so a page that is open in another tab stays good.
COOKIE = "__Host-unityplan-authorize"
LONGEST_COOKIE = 100


def browser_of(cookies: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """What the browser is known by, and the header that makes it so where it was not."""
    kept = cookies.get(COOKIE, "")
    if 0 < len(kept) <= LONGEST_COOKIE:
        return kept, {}
    browser = random_token()
    return browser, {"set-cookie": f"{COOKIE}={browser}; Path=/; Secure; HttpOnly; SameSite=Lax"}


class Tickets:
    """Makes tickets and knows its own; nothing of them is stored."""

    def __init__(self, secret: Secret) -> None:
        self._key = derived_key(secret, "unityplan/authorization-page/ticket/v1")

    def issue(self, browser: str, wish: Wish, now: datetime) -> str:
        """The ticket of a page that is shown now."""
        return self._ticket(browser, wish, int(now.timestamp()))

    def is_good(self, ticket: str, browser: str, wish: Wish, now: datetime) -> bool:
        """Whether the page was shown in this browser, for this wish, and lately."""
        began, _, _ = ticket.partition(".")
        if not (began.isascii() and began.isdigit()) or not now - LIFETIME < _moment(began) <= now:
            return False
        expected = self._ticket(browser, wish, int(began))
        return hmac.compare_digest(expected.encode(), ticket.encode("utf-8", "surrogatepass"))

    def _ticket(self, browser: str, wish: Wish, began: int) -> str:
        said = "\n".join([browser, str(began), *(f"{name}={value}" for name, value in sorted(wish.fields.items()))])
        return f"{began}.{base64url(hmac.digest(self._key, said.encode('utf-8', 'surrogatepass'), 'sha256'))}"


def _moment(began: str) -> datetime:
    return datetime.fromtimestamp(int(began[:10]), UTC)
