"""The HTTP side of auth: one router for each room."""

from services.auth.accounts.routes import router as accounts
from services.auth.sessions.routes import router as sessions
from services.auth.signing_keys.routes import router as signing_keys

ROUTERS = (accounts, sessions, signing_keys)
