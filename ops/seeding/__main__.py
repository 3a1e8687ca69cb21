"""Seed the territories of a running pod: `python -m ops.seeding API_URL HOST…`; exit 1 with one line on failure."""

import sys

import httpx

from ops.seeding.demo_client import SeedError, seed_territory


def main(api_url: str, *hosts: str) -> int:
    """Exit code 0 when every host's territory has the demo."""
    try:
        for host in hosts:
            seed_territory(api_url, host)
    except (SeedError, httpx.HTTPError) as error:
        sys.stderr.write(f"unityplan: the demo could not be written: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
