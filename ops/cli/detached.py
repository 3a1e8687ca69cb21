"""`up --detach`: a supervisor in a session of its own, which this command leaves when the pod is ready."""

import subprocess
import sys
import time

from ops.cli.failures import FAILED, CommandError
from ops.embedded.places import Place

POLL_SECONDS = 0.05


def start_detached(place: Place, *, seed: bool) -> None:
    """Start the pod in the background and wait until it is ready.

    What it prints on the way goes to this command's own output. Raises: CommandError when it ended before that,
    without a word when it has said why by then.
    """
    options = ["--data", str(place.data), "--background", *(["--seed"] if seed else [])]
    argv = [sys.executable, "-m", "ops.cli", "up", place.pod, *options]
    supervisor = subprocess.Popen(argv, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own command
    try:
        _wait_until_ready(place, supervisor)
    except KeyboardInterrupt:
        supervisor.terminate()
        supervisor.wait()
        raise
    # It is meant to outlive this process: without this, Python warns that it still runs.
    supervisor.returncode = 0


def _wait_until_ready(place: Place, supervisor: subprocess.Popen[bytes]) -> None:
    while not _is_ready(place, supervisor.pid):
        code = supervisor.poll()
        if code is not None:
            raise CommandError(
                f"the pod's supervisor was killed by signal {-code}" if code < 0 else "", max(code, FAILED)
            )
        time.sleep(POLL_SECONDS)


def _is_ready(place: Place, pid: int) -> bool:
    running = place.running()
    return running is not None and running.supervisor_pid == pid and running.state == "running"
