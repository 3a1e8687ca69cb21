"""The three changes that an operator can ask of a pod's versions: deploy, roll back, and move the schema."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from ops.deployment.engine import EngineError
from ops.deployment.failures import DeploymentError, RefusedError, UnknownRevisionError
from ops.deployment.images import require_images
from ops.deployment.installation import OPERATIONS, SERVICES, Installation
from ops.deployment.instances import forget_old
from ops.deployment.probe import Patience
from ops.deployment.record import Record, Versions
from ops.deployment.resting import resting
from ops.deployment.rollout import ALL, Rollout, Step, serving_versions
from ops.deployment.schema import BASE, in_one_word, migrate, needed_by, prepare, revisions, steps_between
from ops.deployment.snapshots import Snapshot, snapshot_of_now
from ops.deployment.starting import is_awake, is_there, start_whole, wake
from ops.deployment.versions import require_immutable
from ops.migrations.step import Step as MigrationStep


@dataclass(frozen=True, slots=True)
class Changes:
    """What can be changed of one pod."""

    pod: Installation
    step: Step
    patience: Patience

    def deploy(self, version: str, *, contract: bool = False) -> None:
        """Migrate, then replace every service. With `contract` also by migrations that take something away.

        Raises: RefusedError: nothing was touched; DeploymentError: the pod is back at what it was.
        """
        require_immutable(version)
        if not is_there(self.pod):
            self._start(version)
            return
        if not is_awake(self.pod):
            self._wake(version)
        with self._alone() as record:
            before = serving_versions(self.pod)
            wanted = dict.fromkeys([*SERVICES, *(set(before) - set(SERVICES))], version)
            images = require_images(self.pod, version, [*wanted, OPERATIONS], record.images(version))
            pending = self._pending(version, contract=contract)
            number = record.begin("deploy", record.settled(before), wanted)
            record.remember(version, images)
            with _on_record(record, number):
                if pending is not None:
                    self._prepare(record, number, version, pending)
                self._roll(record, number, wanted, images)

    def roll_back(self, service: str | None, to: str | None) -> Versions:
        """Go back to what was there before, or to a version that was; the versions from then on.

        Raises: as `deploy`.
        """
        if to is not None:
            require_immutable(to)
        with self._alone() as record:
            serving = serving_versions(self.pod)
            wanted = self._wanted(record, serving, [service] if service else ALL, to)
            images = {}
            for version in sorted(set(wanted.values())):
                names = [name for name, of in wanted.items() if of == version]
                images.update(require_images(self.pod, version, names, record.images(version)))
                self._require_schema_for(record, version)
            number = record.begin("rollback", serving, {**serving, **wanted})
            with _on_record(record, number):
                self._roll(record, number, wanted, images)
        return wanted

    def plan_migration(self, revision: str) -> list[MigrationStep]:
        """The steps from where the schemas are to a revision, those of the territory that has the longest way."""
        record = Record(self.pod)
        ways = [
            steps_between(self.pod, self._knowing(record, current), current, revision)
            for current in set(revisions(self.pod).values())
        ]
        return max(ways, key=len)

    def move_schema(self, revision: str) -> None:
        """Bring every territory to a revision, up or down. Raises: as `deploy`."""
        with self._alone() as record:
            serving = serving_versions(self.pod)
            version = self._knowing(record, in_one_word(revisions(self.pod).values()))
            number = record.begin("migrate", serving, serving)
            with _on_record(record, number), self.step(f"schema to {revision}"):
                said = migrate(self.pod, version, revision)
                record.step(number, "; ".join(said.splitlines()))

    def load(self, snapshot: Snapshot) -> Snapshot:
        """Go back to a snapshot while the services rest; a snapshot of what was there before.

        Raises: as `deploy`, but for territories that were loaded before the one that could not be.
        """
        with self._alone() as record:
            serving = serving_versions(self.pod)
            snapshot.require()
            kept = snapshot_of_now(self.pod)
            with self.step(f"snapshot {kept.date}"):
                kept.save()
            number = record.begin("restore", serving, serving)
            with _on_record(record, number), resting(self.pod, serving, self.step, self.patience.seconds):
                for territory in self.pod.pod.territories:
                    with self.step(f"{territory.code} as on {snapshot.date}"):
                        snapshot.load(territory)
                    record.step(number, f"{territory.code} as on {snapshot.date}")
                migrate(self.pod, serving["api-gateway"])
        return kept

    def _start(self, version: str) -> None:
        """A pod of which nothing runs yet comes up whole."""
        images = require_images(self.pod, version, [*SERVICES, OPERATIONS], {})
        with self.step(f"pod {self.pod.label} {version}"):
            start_whole(self.pod, version)
        record = Record(self.pod)
        with record.alone():
            record.remember(version, images)
            number = record.begin("deploy", {}, dict.fromkeys(SERVICES, version))
            record.end(number, "done", in_one_word(revisions(self.pod).values()))

    def _wake(self, version: str) -> None:
        """The servers of a pod that was stopped; its services come with the version."""
        require_images(self.pod, version, [*SERVICES, OPERATIONS], {})
        with self.step(f"servers of pod {self.pod.label}"):
            wake(self.pod, version)

    @contextmanager
    def _alone(self) -> Iterator[Record]:
        """Nobody else changes the pod meanwhile, and what a change that was broken off has left is cleared away."""
        record = Record(self.pod)
        with record.alone():
            for service in ALL:
                forget_old(self.pod, service)
            yield record

    def _roll(self, record: Record, number: int, versions: Versions, images: dict[str, str]) -> None:
        Rollout(self.pod, record, number, self.step, self.patience).run(versions, images)

    def _prepare(self, record: Record, number: int, version: str, pending: list[MigrationStep]) -> None:
        with self.step("secrets, walls and migrations"):
            prepare(self.pod, version)
            migrate(self.pod, version)
        for step in pending:
            record.step(number, str(step))

    def _pending(self, version: str, *, contract: bool) -> list[MigrationStep] | None:
        """The migrations that a version brings; None when the schema is ahead of it and lets it be."""
        current = set(revisions(self.pod).values())
        pending: dict[str, MigrationStep] = {}
        for revision in current:
            try:
                found = steps_between(self.pod, version, revision, "head")
            except UnknownRevisionError:
                self._require_schema_for(Record(self.pod), version)
                return None
            pending.update({step.revision: step for step in found})
        taking = [step for step in pending.values() if step.takes_away]
        if taking and not contract and current != {BASE}:
            raise RefusedError(f"{taking[0]}: the version that serves may need it (--contract, when it does not)")
        return sorted(pending.values(), key=lambda step: step.revision)

    def _require_schema_for(self, record: Record, version: str) -> None:
        """A version can serve on a newer schema unless a migration since then took something away."""
        needed = needed_by(self.pod, version)
        for current in set(revisions(self.pod).values()):
            if current == needed:
                continue
            between = steps_between(self.pod, self._knowing(record, current), needed, current)
            taking = [step for step in between if step.takes_away]
            if taking:
                raise RefusedError(
                    f"the schema is at {current}, and version {version} is of {needed}: {taking[0]};"
                    f" first unityplan migrate {self.pod.pod_id} --to {needed}"
                )

    def _knowing(self, record: Record, revision: str) -> str:
        """A version that knows a revision: the one that brought it, else the one that serves."""
        return record.version_of_schema(revision) or serving_versions(self.pod)["api-gateway"]

    def _wanted(self, record: Record, serving: Versions, services: Collection[str], to: str | None) -> Versions:
        chosen = {service: serving[service] for service in services if service in serving}
        if not chosen:
            raise RefusedError(f"pod {self.pod.label} does not run")
        wanted: Versions = dict.fromkeys(chosen, to) if to else record.previous(chosen)
        missing = sorted(set(chosen) - set(wanted))
        if missing:
            raise RefusedError(f"there is no earlier version of {', '.join(missing)} on record: give --to VERSION")
        return wanted


@contextmanager
def _on_record(record: Record, number: int) -> Iterator[None]:
    """Write down how the block ends."""

    def schema() -> str:
        return in_one_word(revisions(record.pod).values())

    try:
        yield
    except DeploymentError as error:
        # An engine that is gone writes nothing down: the next change finds this one broken off.
        with suppress(EngineError):
            record.end(number, error.result, schema(), str(error))
        raise
    record.end(number, "done", schema())
