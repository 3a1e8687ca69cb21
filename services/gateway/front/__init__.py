"""The express lane of the gateway: requests that pass through without ASGI, by the same policies."""
