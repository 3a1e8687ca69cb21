"""Keep ports, each lent at a path: `python -m ops.port_keeper [--check] PATH=PORT…`; with --check, ask for them."""

import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from ops.port_keeper.keeping import KeptPort, keep

CHECK = "--check"
ASK_SECONDS = 2.0


def main(argv: Sequence[str]) -> int:
    """0 at SIGTERM; with --check 0 when every port is lent, else 1."""
    ports = [_port(word) for word in argv if word != CHECK]
    if not ports:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    if CHECK in argv:
        return 0 if all(_is_lent(port) for port in ports) else 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    keep(ports)
    return 0


def _port(word: str) -> KeptPort:
    path, _, port = word.rpartition("=")
    return KeptPort(Path(path), int(port))


def _is_lent(port: KeptPort) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(ASK_SECONDS)
        try:
            asking.connect(str(port.path))
            return bool(asking.recv(1))
        except OSError:
            return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
