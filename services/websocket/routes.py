"""The client side of the websocket service."""

from services.websocket.connections.routes import router as connections

ROUTERS = (connections,)
