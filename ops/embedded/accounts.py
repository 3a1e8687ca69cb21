"""The NATS accounts of a pod that runs: written anew, and taken over by the server without a restart."""

import os
import signal

from ops.embedded.places import Place
from ops.supervisor.state_file import RunningPod

SERVER = "nats"


def reload_accounts(place: Place, running: RunningPod) -> None:
    """Make missing secrets, write the accounts of every territory, and tell the server (SIGHUP) to read them."""
    territories = place.settings.territories
    place.secrets.ensure(territories)
    place.nats.write_configuration(territories, place.secrets)
    for process in running.processes:
        if process.name == SERVER and process.pid is not None:
            os.kill(process.pid, signal.SIGHUP)
