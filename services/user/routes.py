"""The HTTP side of user: one router for each room."""

from services.user.notifications.routes import router as notifications
from services.user.preferences.routes import router as preferences
from services.user.profiles.routes import router as profiles

ROUTERS = (profiles, preferences, notifications)
