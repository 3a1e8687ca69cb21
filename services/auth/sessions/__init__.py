"""Login, refresh with rotation, logout, and the list of open sessions."""
