"""Ask the service in this container whether it is ready: `python -m shared.service.healthcheck`, exit 0 or 1.

Standard library alone, since an engine runs it every few seconds and an image carries no curl.
"""

import http.client
import os
import sys

TIMEOUT_SECONDS = 2.0


def main() -> int:
    """Exit code 0 when `/health/ready` of the inner address answers 200."""
    address = os.environ.get("INNER_LISTEN") or os.environ["LISTEN"]
    connection = http.client.HTTPConnection("127.0.0.1", int(address.rpartition(":")[2]), timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/health/ready", headers={"Host": "localhost"})
        return 0 if connection.getresponse().status == http.HTTPStatus.OK else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
