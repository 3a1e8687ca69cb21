"""The public directory and the territory itself, from the gateway's own pools."""
