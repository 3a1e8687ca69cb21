"""nginx with one worker: a proxy with kept connections to its upstream, or an upstream that answers 4 KB at once."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.rig.programs import Program
from benchmarks.rig.upstream_app import BODY

_COMMON = """
worker_processes 1;
error_log stderr error;
pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  gzip on;
  gzip_comp_level 1;
  gzip_types application/json;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{blocks}
}}
"""

_PROXY = """
  upstream service {{ server {upstream}; keepalive 128; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
    }}
  }}
"""

_ANSWER = """
  server {{
    {listens}
    default_type application/json;
    location / {{
      set $half '{half}';
      return 200 '${{half}}{rest}';
    }}
  }}
"""


def proxy(name: str, folder: Path, core: int, port: int, upstream: str) -> Program:
    """A proxy to `host:port` or `unix:/path`."""
    return _program(name, folder, core, f"http://127.0.0.1:{port}/", _PROXY.format(port=port, upstream=upstream))


def answering(name: str, folder: Path, core: int, port: int, socket: Path) -> Program:
    """An upstream at a port and at a socket."""
    listens = _listens([f"127.0.0.1:{port}", f"unix:{socket}"])
    # A word of its configuration has less than 4 KB.
    half = len(BODY) // 2
    blocks = _ANSWER.format(listens=listens, half=BODY[:half].decode(), rest=BODY[half:].decode())
    return _program(name, folder, core, f"http://127.0.0.1:{port}/", blocks)


def _listens(addresses: Sequence[str]) -> str:
    return " ".join(f"listen {address};" for address in addresses)


def _program(name: str, folder: Path, core: int, url: str, blocks: str) -> Program:
    own = folder / name
    own.mkdir()
    configuration = own / "nginx.conf"
    configuration.write_text(_COMMON.format(folder=own, blocks=blocks))
    # It may be left to root, whose sockets nobody else may open.
    directives = "daemon off; user root;"
    argv = ("nginx", "-p", str(own), "-c", str(configuration), "-g", directives, "-e", "stderr")
    return Program(name, argv, core, url)
