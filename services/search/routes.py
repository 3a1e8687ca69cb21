"""The HTTP side of the search service."""

from services.search.querying.routes import router as querying

ROUTERS = (querying,)
