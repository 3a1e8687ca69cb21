"""URLs of a pod and of each territory behind its walls, with the passwords filled in."""

from ops.embedded.assembly import surroundings, urls
from ops.embedded.places import Place
from shared.territory.territory import Territory


def credentials(place: Place) -> dict[str, str]:
    """Variables by name; those of a territory end in its code, with `_` for `-`.

    Raises: PermissionError, FileNotFoundError when the secrets cannot be read.
    """
    found = {f"{name.upper()}_URL": url for name, url in urls(place).items()}
    found |= {
        "DATA_FOLDER": str(place.data),
        "RUN_FOLDER": str(place.run),
        "SUPERUSER_DATABASE_URL": place.postgres.url("postgres"),
    }
    for territory in place.settings.territories:
        found |= _of_territory(place, territory)
    return found


def _of_territory(place: Place, territory: Territory) -> dict[str, str]:
    around = surroundings(place)
    templates = {
        "DATABASE_URL": (around.database_url, "postgres"),
        "SEALER_DATABASE_URL": (around.sealer_database_url, "sealer"),
        "REDIS_URL": (around.redis_url, "redis"),
        "NATS_URL": (around.nats_url, "nats"),
    }
    code = territory.code.replace("-", "_")
    return {
        f"{name}_{code}": template.replace("{territory}", territory.slug).replace(
            "{password}", place.secrets.of(kind, territory)
        )
        for name, (template, kind) in templates.items()
    }
