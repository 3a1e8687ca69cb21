"""The community service, put together."""

from fastapi import FastAPI

from services.community.routes import ROUTERS
from services.community.settings import CommunitySettings
from services.community.workers import list_workers
from shared.service.application import create_service


def create_app(settings: CommunitySettings) -> FastAPI:
    """The app; nothing is opened before its lifespan."""
    return create_service(
        settings,
        description="Communities, members, posts, comments, feeds and gatherings.",
        routers=ROUTERS,
        workers=list_workers(settings),
    )
