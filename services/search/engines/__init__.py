"""What can search: a port, and the engine that needs no server."""
