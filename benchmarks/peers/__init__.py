"""What the gateway is measured beside: configurations of other proxies, and the same gateway made in the usual ways."""
