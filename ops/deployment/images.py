"""The images of a version: there, all of one build, and the same ones as ever."""

from collections.abc import Iterable, Mapping
from typing import Any

from ops.deployment.engine import EngineError, build_version, docker, find_image
from ops.deployment.failures import RefusedError
from ops.deployment.installation import Installation


def require_images(
    pod: Installation, version: str, services: Iterable[str], known: Mapping[str, str]
) -> dict[str, str]:
    """The id of each service's image; `known` are those that were deployed under the version before.

    An image that the engine does not have is fetched.

    Raises:
        RefusedError: an image is missing, says that it is another version, or is not what the version was.
    """
    return {service: _image(pod.image(service, version), version, known.get(service)) for service in services}


def _image(name: str, version: str, known: str | None) -> str:
    found = find_image(name) or _fetched(name)
    built = build_version(found["Config"])
    if built and built.removeprefix("v") != version.removeprefix("v"):
        raise RefusedError(f"{name} was built as {built}: a version is named as it was built")
    image_id: str = found["Id"]
    if known is not None and known != image_id:
        raise RefusedError(f"{name} is another image than the one deployed as {version} before: build a new version")
    return image_id


def _fetched(name: str) -> Mapping[str, Any]:
    try:
        docker("pull", "--quiet", name)
    except EngineError as error:
        raise RefusedError(f"there is no image {name}: {error}") from None
    found = find_image(name)
    if found is None:
        raise RefusedError(f"there is no image {name}")
    return found
