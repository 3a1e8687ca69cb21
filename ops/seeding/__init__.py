"""Demo data for a pod on one's own machine, written through the public API: `python -m ops.seeding API_URL HOST…`."""
