"""Asks each service for its OpenAPI document, without any server."""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI

from ops.embedded.service_plans import SERVICES

Document = dict[str, Any]

TERRITORY_SECRETS = ("postgres_dk", "redis_dk", "nats_dk", "sealer_dk")
# Nothing is reached or signed while a document is built: any text of the right shape will do.
UNUSED_SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"  # noqa: S105


def service_documents() -> dict[str, Document]:
    """Each service's own document by its name."""
    documents: dict[str, Document] = {}
    for name, app in service_apps().items():
        documents[name] = json.loads(json.dumps(app.openapi()))
    return documents


def service_apps() -> dict[str, FastAPI]:
    """Each service by its name, put together and never started."""
    with TemporaryDirectory() as folder:
        for name in TERRITORY_SECRETS:
            (Path(folder) / name).write_text(UNUSED_SECRET)
        return {name: _app(name, _settings(Path(folder))) for name in SERVICES}


def _app(service: str, settings: Mapping[str, object]) -> FastAPI:
    create_app = import_module(f"services.{service}.app").create_app
    settings_class = getattr(import_module(f"services.{service}.settings"), f"{service.capitalize()}Settings")
    app: FastAPI = create_app(settings_class(**settings))
    return app


def _settings(secrets: Path) -> Mapping[str, object]:
    """Settings of a pod that is never started; each service takes what it knows."""
    return {
        "pod_id": "dk",
        "environment": "embedded",
        "territories": "DK",
        "territory_name": "Denmark",
        "territory_locale": "da-DK",
        "database_url": "postgresql://territory_{territory}@localhost/unityplan_{territory}",
        "sealer_database_url": "postgresql://sealer_{territory}@localhost/unityplan_{territory}",
        "redis_url": "redis://localhost:1",
        "nats_url": "nats://localhost:1",
        "territory_secrets_dir": secrets,
        "listen": "127.0.0.1:1",
        "inner_listen": "127.0.0.1:2",
        "jwt_secret": UNUSED_SECRET,
        "person_key_secret": UNUSED_SECRET,
        "tree_head_secret": UNUSED_SECRET,
        "upstream_url": "tcp:{service}:8080",
        "search_data": secrets,
    }
