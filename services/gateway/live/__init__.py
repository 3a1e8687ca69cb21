"""The WebSocket through the gateway, the same as at its own port."""
