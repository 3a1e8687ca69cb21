"""The committed API document says what the services say."""

import json
import subprocess
import sys

from ops.openapi.document import DOCUMENT
from tests.support.pod import ROOT

BUILD = (
    "import sys; from ops.openapi.document import build_document, render; sys.stdout.write(render(build_document()))"
)


def test_the_committed_document_is_up_to_date() -> None:
    # In a process of its own: building it imports all seven services.
    built = subprocess.run([sys.executable, "-c", BUILD], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own code
    assert built.returncode == 0, built.stderr
    assert DOCUMENT.read_text() == built.stdout, "run `unityplan openapi` and look at what changed"


def test_operation_ids_are_unique_and_every_operation_has_a_tag() -> None:
    document = json.loads(DOCUMENT.read_text())
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert {tag for operation in operations for tag in operation["tags"]} <= {tag["name"] for tag in document["tags"]}


def test_every_reference_leads_somewhere() -> None:
    text = DOCUMENT.read_text()
    document = json.loads(text)
    for part in text.split('"$ref": "#/')[1:]:
        node = document
        for key in part.partition('"')[0].split("/"):
            node = node[key]
