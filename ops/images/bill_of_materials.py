"""The bill of materials of an image: `python -m ops.images.bill_of_materials`, CycloneDX 1.6 on standard output.

Made while an image is built, from what is installed there, so it cannot say anything else than what is in it. It is the
same for the same packages: no time and no random number is in it. Source: https://cyclonedx.org/docs/1.6/json/.
"""

import json
import re
import sys
import uuid
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions

UNNAMED = "NOASSERTION"
_RUNS = re.compile(r"[-_.]+")


def bill_of_materials(installed: Iterable[Distribution]) -> Mapping[str, object]:
    """The document for these packages; which version of ours they are with, an image's labels say."""
    components = sorted((_component(one) for one in installed), key=lambda one: str(one["purl"]))
    contents = json.dumps(components, sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, contents)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "unityplan-pod"}},
        "components": components,
    }


def _component(one: Distribution) -> Mapping[str, object]:
    name = _RUNS.sub("-", one.metadata["Name"]).lower()
    purl = f"pkg:pypi/{name}@{one.version}"
    licence = (one.metadata.get_all("License-Expression") or [UNNAMED])[0]
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": one.version,
        "purl": purl,
        "licenses": [{"expression": licence}],
    }


if __name__ == "__main__":
    document = bill_of_materials(distributions())
    sys.stdout.write(json.dumps(document, indent=1, sort_keys=True) + "\n")
