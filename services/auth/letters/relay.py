"""Where letters are handed to, as `SMTP_URL` says it."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True, slots=True)
class SmtpRelay:
    """A mail server: `smtps://` is TLS from the first byte, `smtp://` requires STARTTLS, `smtp+plain://` is plain."""

    host: str
    port: int
    is_tls: bool
    is_starttls: bool
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_relay(url: str) -> SmtpRelay:
    """Raises: ValueError, which never holds the URL: that may have a password in it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port, parts = None, 0, urlsplit("")
    if host is None or not port or parts.path.strip("/") or parts.query:
        message = "is of the form smtps://user:password@host:465; the schemes are smtps, smtp and smtp+plain"
        raise ValueError(message)
    is_tls, is_starttls = parts.scheme == "smtps", parts.scheme == "smtp"
    username = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return SmtpRelay(host, port, is_tls, is_starttls, username, password)
