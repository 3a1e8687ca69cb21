"""Whether a port can be used, and who holds it when not."""

import socket
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a loopback port can be listened on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # A port that only has connections in TIME_WAIT is free for a server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def holder_of(port: int) -> str:
    """Who listens on a port: its command and pid, as far as this user may see them."""
    for connection in psutil.net_connections(kind="tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            return _named(connection.pid)
    return "a process that this user may not see"


def _named(pid: int | None) -> str:
    if pid is None:
        return "a process of another user"
    try:
        words = psutil.Process(pid).cmdline()
    except psutil.Error:
        return f"pid {pid}"
    command = " ".join([Path(words[0]).name, *words[1:]])[:80] if words else "unnamed"
    return f"{command} (pid {pid})"
