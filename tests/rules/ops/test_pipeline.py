"""The pipeline's linter knows good from bad, and the runner does what an event asks for."""

from pathlib import Path

import pytest

from ops.pipeline.choosing import Happening, chosen
from ops.pipeline.document import UnreadablePipeline, parse_pipelines, read_pipelines
from ops.pipeline.doing import do_step
from ops.pipeline.faults import find_faults
from tests.support.pod import ROOT

GOOD = """
kind: pipeline
type: docker
name: pod
trigger: {event: [push]}
steps:
  - name: test
    image: python:3.13-slim
    commands: [make check]
"""


def faults(text: str) -> list[str]:
    return find_faults(parse_pipelines(text), ROOT)


def test_our_own_has_no_fault() -> None:
    assert find_faults(read_pipelines(ROOT / ".drone.yml"), ROOT) == []


def test_a_good_one_has_none() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        ("python:3.13-slim", "python:latest", "moves"),
        ("python:3.13-slim", "global-registry:5000/python", "moves"),
        ("make check", "docker push registry/unityplan/auth:latest", "no version"),
        ("make check", "sleep 30", "fixed time"),
        ("make check", "make sandwich", "make knows no sandwich"),
        ("make check", "scripts/nowhere.sh", "there is no scripts/nowhere.sh"),
        ("make check", "scripts/deploy-production.sh v1", "promoted by hand"),
        ("make check", "scripts/deploy-staging.sh v1", "from develop"),
        ("event: [push]", "event: [pushed]", "no event pushed"),
        ("{event: [push]}", "{}", "without trigger.event"),
        ("type: docker", "type: exec", "only pipelines of Docker"),
        ("    commands", "    environment: {REGISTRY_PASSWORD: x}\n    commands", "server's secrets"),
        ("    commands", "    volumes: [{name: engine, path: /e}]\n    commands", "nobody's"),
        ("    commands", "    depends_on: [push]\n    commands", "not before it"),
    ],
)
def test_a_bad_one_is_named(written: str, instead: str, fault: str) -> None:
    assert written in GOOD
    assert any(fault in one for one in faults(GOOD.replace(written, instead)))


def test_a_step_that_would_start_beside_the_first_is_named() -> None:
    steps = "".join(
        f"  - {{name: {name}, image: 'a:1', commands: [make check]{more}}}\n"
        for name, more in (("one", ""), ("two", ", depends_on: [one]"), ("three", ""))
    )
    text = GOOD.partition("steps:")[0] + "steps:\n" + steps
    assert faults(text) == ["pod/three: starts at once, beside the first; say what it depends on"]


@pytest.mark.parametrize("text", ["steps: [", GOOD + "wish: 1\n", GOOD.replace("name: test", "named: test")])
def test_what_cannot_be_read_is_one_line(text: str) -> None:
    with pytest.raises(UnreadablePipeline) as refused:
        parse_pipelines(text)
    assert "\n" not in str(refused.value)


class TestWhichStepsAnEventRuns:
    def steps(self, **told: str) -> list[str]:
        pipelines = read_pipelines(ROOT / ".drone.yml")
        return [step.name for pipeline, step in chosen(pipelines, Happening(**told)) if pipeline.name != "frontend"]

    def test_a_push_to_develop_ends_on_staging(self) -> None:
        expected = ["test", "test-containers", "build", "push", "deploy-staging", "integration-tests"]
        assert self.steps(event="push", branch="develop") == expected

    def test_a_push_to_main_and_a_release_end_in_the_registry(self) -> None:
        assert self.steps(event="push", branch="main") == ["test", "test-containers", "build", "push"]
        assert self.steps(event="tag", tag="v1.2.4") == ["test", "test-containers", "build", "push"]

    def test_a_hotfix_is_tested_and_built(self) -> None:
        assert self.steps(event="push", branch="hotfix/critical-bug") == ["test", "test-containers", "build"]

    def test_production_is_promoted_pod_by_pod(self) -> None:
        pods = ["deploy-dk", "deploy-no", "deploy-se", "deploy-eu"]
        assert self.steps(event="promote", branch="main", target="production") == pods
        assert self.steps(event="promote", branch="develop", target="production") == []
        assert self.steps(event="promote", branch="main", target="staging") == []


def test_a_step_ends_at_its_first_failure_and_is_told_what_happened(tmp_path: Path) -> None:
    step = parse_pipelines(
        GOOD.replace("[make check]", "['echo $DRONE_BRANCH >said', 'test -f nothing', 'echo more >>said']")
    )[0].steps[0]
    assert do_step(step, Happening(branch="develop"), tmp_path) == 1
    assert (tmp_path / "said").read_text() == "develop\n"
