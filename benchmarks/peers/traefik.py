"""Traefik as a plain proxy on one core: no access log, no metrics, no middleware."""

from pathlib import Path

from benchmarks.rig.programs import Program

_STATIC = """
entryPoints:
  web: {{ address: "127.0.0.1:{port}" }}
providers:
  file: {{ filename: {routes} }}
log: {{ level: ERROR }}
global: {{ checkNewVersion: false, sendAnonymousUsage: false }}
"""

_ROUTES = """
http:
  routers:
    all: {{ rule: "PathPrefix(`/`)", service: upstream, entryPoints: [web] }}
  services:
    upstream:
      loadBalancer: {{ servers: [ {{ url: "http://{upstream}" }} ] }}
"""


def proxy(name: str, folder: Path, core: int, port: int, upstream: str, *, program: Path) -> Program:
    """A proxy to `host:port`; `program` is the binary."""
    own = folder / name
    own.mkdir()
    routes, static = own / "routes.yml", own / "traefik.yml"
    routes.write_text(_ROUTES.format(upstream=upstream))
    static.write_text(_STATIC.format(port=port, routes=routes))
    return Program(
        name, (str(program), f"--configFile={static}"), core, f"http://127.0.0.1:{port}/", {"GOMAXPROCS": "1"}
    )
