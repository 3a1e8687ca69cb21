"""The pod keeps what its API document promises, whatever is sent (schemathesis, limits off, fixed seed)."""

import asyncio
import json
import sys
from pathlib import Path

from tests.support.citizen import Citizen, Json
from tests.support.pod import ROOT, Pod, command_environment

DOCUMENT = ROOT / "services" / "gateway" / "documentation" / "openapi.json"
CHECKS = (
    "not_a_server_error",
    "response_schema_conformance",
    "status_code_conformance",
    "content_type_conformance",
    "negative_data_rejection",
)
# What refuses a request that breaks the document; a cursor of any length may also make its address too long.
REFUSALS = (
    "[checks.negative_data_rejection]\nexpected-statuses = [400, 401, 403, 404, 405, 409, 413, 414, 415, 422, 428]\n"
)
# Endless answers are no material for a fuzzer.
STREAMS = r"^/(live|ws)$"


def without_waiting(document: Json) -> Json:
    """Without the parameter that asks for up to half a minute before the answer: a fuzzer takes that for none."""
    for operation in (each for path in document["paths"].values() for each in path.values()):
        operation["parameters"] = [each for each in operation.get("parameters", []) if each["name"] != "wait"]
    return document


async def test_no_answer_breaks_the_api_document(dk: Pod, tmp_path: Path) -> None:
    async with Citizen(dk.address()) as citizen:
        await citizen.register()
        token = citizen.access_token
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(without_waiting(json.loads(DOCUMENT.read_text()))))
    (tmp_path / "schemathesis.toml").write_text(REFUSALS)
    command = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("schemathesis"),
        *("run", str(document), "--url", dk.address().api_url),
        *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", "20", "--seed", "1", "--generation-deterministic"),
        # One: Python 3.11 cannot parse source in two threads at once (python/cpython#106905), which hypothesis does.
        *("--workers", "1", "--exclude-path-regex", STREAMS, "--suppress-health-check", "all", "--warnings", "off"),
        *("--header", f"Authorization: Bearer {token}", "--request-timeout", "10", "--continue-on-failure"),
        cwd=tmp_path,
        env=command_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(480):
        printed, _ = await command.communicate()
    assert command.returncode == 0, printed.decode()
