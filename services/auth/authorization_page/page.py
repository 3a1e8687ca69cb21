"""The page as HTML: nothing in it is fetched, no script runs, and all that was sent is escaped."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from services.auth.identity_provider.rules import Client, Wish

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; color: #1a1a1a;
  background: #fff; }
h1 { font-size: 1.4rem; line-height: 1.3; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; border: 1px solid #6b6b6b;
  border-radius: .25rem; }
button { font: inherit; padding: .6rem 1rem; margin: 1.5rem .5rem 0 0; border: 1px solid #0b4f9e;
  border-radius: .25rem; background: #fff; color: #0b4f9e; }
button.main { background: #0b4f9e; color: #fff; }
small { display: block; color: #4a4a4a; }
[role=alert] { border-left: .3rem solid #b00020; padding-left: .75rem; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_PLAIN_ORIGIN = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?")

_TOLD = {
    "openid": "an identifier of you, which stays the same",
    "profile": "your user name and your display name",
    "email": "your e-mail address",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows beside who asks for what; `fault` is why the last try did not do."""

    ticket: str
    identifier: str = ""
    fault: str | None = None


def login_page(place: str, client: Client, wish: Wish, shown: Shown) -> str:
    """The form by which a citizen of `place` logs in and agrees, or refuses."""
    told = "".join(f"<li>{escape(_TOLD[scope])}</li>" for scope in wish.scopes)
    hidden = "".join(_hidden(name, value) for name, value in {**wish.fields, "ticket": shown.ticket}.items())
    name, where = escape(client.name), escape(urlsplit(wish.redirect_uri).netloc)
    alert = f'<p role="alert">{escape(shown.fault)}</p>' if shown.fault is not None else ""
    body = f"""<h1>Log in to {name}</h1>
<p><strong>{name}</strong> at <strong>{where}</strong> asks to log you in with your account at
<strong>{escape(place)}</strong>. It will be told:</p>
<ul>{told}</ul>
{alert}<form method="post" action="/oidc/sign-in" accept-charset="utf-8">
{hidden}
<label for="identifier">User name or e-mail address</label>
<input id="identifier" name="identifier" value="{escape(shown.identifier)}" required maxlength="254"
 autocomplete="username" autocapitalize="none" spellcheck="false">
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password">
<label for="totp">Code</label>
<input id="totp" name="totp" maxlength="32" autocomplete="one-time-code" aria-describedby="about-totp">
<small id="about-totp">Of your authenticator app, or a recovery code; empty if you have set up none.</small>
<button class="main" name="decision" value="agree">Log in and agree</button>
<button name="decision" value="refuse" formnovalidate>Refuse</button>
</form>"""
    return _document(f"Log in to {client.name}", body)


def refusal_page(detail: str) -> str:
    """Why nobody can be logged in; it leads nowhere."""
    body = f"""<h1>This login cannot go on</h1>
<p role="alert">{escape(detail)}</p>
<p>You have not been logged in, and nothing was told to anyone. Go back to where you came from and try again; if it
happens once more, tell who runs it.</p>"""
    return _document("This login cannot go on", body)


def page_policy(redirect_uri: str | None = None) -> Mapping[str, str]:
    """The header that says what a page may do: send its form here, and be led on to where the tool is.

    Browsers apply `form-action` to where an answer to the form leads, too (Content Security Policy 3 §6.4.1).
    """
    parts = urlsplit(redirect_uri or "")
    onward = f" {parts.scheme}://{parts.netloc}" if _PLAIN_ORIGIN.fullmatch(parts.netloc) else ""
    return {"content-security-policy": _POLICY + onward}


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def _document(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
