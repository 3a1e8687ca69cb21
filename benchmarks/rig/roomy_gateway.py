"""The gateway with another table of routes: one that takes and gives bodies of any size. For measuring only."""

from services.gateway.app import create_app
from services.gateway.limits.classes import READ, WRITE
from services.gateway.policies.route import AGAIN, ONCE, TOKEN, Cache, Route
from services.gateway.settings import GatewaySettings
from shared.service.server import serve
from shared.settings.service_settings import load_settings

PATH = "/bulk"
TWO_GIBIBYTES = 2 << 30
SECONDS = 600.0

ROUTES = (
    Route("GET", PATH, "community", TOKEN, READ, 0, SECONDS, AGAIN, Cache.NOBODY),
    Route("POST", PATH, "community", TOKEN, WRITE, TWO_GIBIBYTES, SECONDS, ONCE, Cache.NOBODY),
)


def main() -> None:
    settings = load_settings(GatewaySettings)
    serve(create_app(settings, ROUTES), settings)


if __name__ == "__main__":
    main()
