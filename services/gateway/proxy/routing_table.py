"""Which service answers which path: data, read from top to bottom. The gateway's own paths come before all of these."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """Paths that begin with a prefix, on a segment's boundary, belong to a service."""

    prefix: str
    service: str


ROUTES = (
    Route("/auth", "auth"),
    Route("/communities", "community"),
    Route("/posts", "community"),
    Route("/comments", "community"),
    Route("/users", "user"),
    Route("/events", "event"),
    Route("/audit", "event"),
    Route("/decisions", "event"),
    Route("/search", "search"),
)

# Paths outside the API that outsiders know, and what they stand for.
ALIASES = {b"/.well-known/jwks.json": "/auth/jwks.json"}


def service_for(path: str) -> str | None:
    """The service that answers an API path, None when nobody does."""
    for route in ROUTES:
        if path == route.prefix or path.startswith(f"{route.prefix}/"):
            return route.service
    return None
