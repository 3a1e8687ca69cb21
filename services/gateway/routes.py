"""The gateway's own HTTP side; everything else is passed on."""

from services.gateway.directory.routes import router as directory
from services.gateway.documentation.routes import router as documentation
from services.gateway.home.routes import router as home

ROUTERS = (directory, home, documentation)
