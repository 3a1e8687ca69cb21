"""What the gateway lets through, to whom, and on what terms: `route_table.py` is all of it."""
