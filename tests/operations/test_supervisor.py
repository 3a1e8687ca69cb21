"""The supervisor against real processes: restarts, back-off, order, hangs, orphans."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ops.supervisor.back_off import BackOff
from ops.supervisor.health_probe import live_probe, ready_probe
from ops.supervisor.journal import Journal
from ops.supervisor.log_file import LogFile
from ops.supervisor.process_plan import ProcessPlan, Succession, Timing
from ops.supervisor.replacement import ReplacementError
from ops.supervisor.state_file import start_ticks
from ops.supervisor.supervised import StartFailedError
from ops.supervisor.supervisor import Supervisor
from tests.support.eventually import eventually

QUICK = Timing(
    ready_within=10,
    ready_poll=0.02,
    live_poll=0.1,
    live_timeout=0.2,
    first_delay=0.05,
    longest_delay=0.4,
    healthy_after=5,
)

ANSWERS = """
import http.server, os, socketserver, sys, time
class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def address_string(self): return "test"
    def log_message(self, *_): pass
path = os.environ.get("BESIDE", sys.argv[1])
if os.path.exists(path): os.unlink(path)
print("listening", flush=True)
Server(path, Handler).serve_forever()
"""

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""

SUPERVISES = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from ops.supervisor.journal import Journal
from ops.supervisor.process_plan import ProcessPlan
from ops.supervisor.supervisor import Supervisor
async def run():
    async def is_ready(): return True
    async with Supervisor(Journal(Path(sys.argv[1])), lambda: None) as supervisor:
        argv = (sys.executable, "-c", "import time; time.sleep(600)")
        here = Path("/")
        plan = ProcessPlan(name="sleeper", argv=argv, environment={}, working_directory=here, is_ready=is_ready)
        supervisor.launch([plan])
        await supervisor.ready(["sleeper"])
        Path(sys.argv[2]).write_text(str(supervisor.processes["sleeper"].pid))
        await asyncio.sleep(600)
asyncio.run(run())
"""


async def _yes() -> bool:
    return True


def answering(tmp_path: Path, name: str, **more: object) -> ProcessPlan:
    socket = tmp_path / f"{name}.sock"
    plan: dict[str, object] = {
        "name": name,
        "argv": (sys.executable, "-c", ANSWERS, str(socket)),
        "environment": {},
        "working_directory": tmp_path,
        "is_ready": ready_probe(socket),
        "is_live": live_probe(socket),
    }
    return ProcessPlan(**{**plan, **more})  # type: ignore[arg-type]  # a test's shorthand


def ending(tmp_path: Path, name: str, code: str) -> ProcessPlan:
    return ProcessPlan(
        name=name, argv=(sys.executable, "-c", code), environment={}, working_directory=tmp_path, is_ready=_no
    )


async def _no() -> bool:
    return False


def supervisor_of(tmp_path: Path) -> Supervisor:
    return Supervisor(Journal(tmp_path / "logs"), lambda: None, QUICK)


def events_in(tmp_path: Path) -> list[dict[str, object]]:
    lines = (tmp_path / "logs" / "supervisor.log").read_text().splitlines()
    return [json.loads(line) for line in lines]


def kill(supervisor: Supervisor, name: str) -> int:
    pid = supervisor.processes[name].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def back(supervisor: Supervisor, name: str, old: int) -> Callable[[], Awaitable[bool]]:
    async def is_back() -> bool:
        process = supervisor.processes[name]
        return process.state == "running" and process.pid != old

    return is_back


async def test_a_killed_process_comes_back_and_the_others_go_on(tmp_path: Path) -> None:
    async with supervisor_of(tmp_path) as supervisor:
        supervisor.launch([answering(tmp_path, "one"), answering(tmp_path, "two")])
        await supervisor.ready(["one", "two"])
        bystander = supervisor.processes["two"].pid
        killed = kill(supervisor, "one")
        await eventually(back(supervisor, "one", killed))
        assert supervisor.processes["one"].restarts == 1
        assert supervisor.processes["two"].pid == bystander
        (exit_note,) = [event for event in events_in(tmp_path) if event["event"] == "process.exited"]
        assert exit_note["process"] == "one"
        assert exit_note["restart_in_seconds"] == 0.05


async def test_nothing_is_left_when_the_supervisor_stops(tmp_path: Path) -> None:
    async with supervisor_of(tmp_path) as supervisor:
        supervisor.launch([answering(tmp_path, "one"), answering(tmp_path, "two", needs=frozenset({"one"}))])
        await supervisor.ready(["one", "two"])
        pids = [process.pid for process in supervisor.processes.values()]
    assert [start_ticks(pid) for pid in pids if pid] == [None, None]


async def test_a_process_starts_only_after_what_it_needs_is_ready(tmp_path: Path) -> None:
    opened = asyncio.Event()

    async def is_opened() -> bool:
        return opened.is_set()

    async with supervisor_of(tmp_path) as supervisor:
        first = answering(tmp_path, "first", is_ready=is_opened)
        supervisor.launch([first, answering(tmp_path, "second", needs=frozenset({"first"}))])
        await eventually(lambda: supervisor.processes["first"].state == "starting")
        assert supervisor.processes["second"].pid is None
        opened.set()
        await supervisor.ready(["second"])


async def test_a_hung_process_is_restarted(tmp_path: Path) -> None:
    async with supervisor_of(tmp_path) as supervisor:
        supervisor.launch([answering(tmp_path, "one")])
        await supervisor.ready(["one"])
        hung = supervisor.processes["one"].pid
        assert hung is not None
        os.kill(hung, signal.SIGSTOP)
        await eventually(back(supervisor, "one", hung))
        assert "process.hung" in [event["event"] for event in events_in(tmp_path)]


async def test_a_process_that_cannot_start_fails_the_start_with_its_name_and_code(tmp_path: Path) -> None:
    async with supervisor_of(tmp_path) as supervisor:
        supervisor.launch([ending(tmp_path, "broken", "raise SystemExit(7)")])
        with pytest.raises(StartFailedError, match="broken did not start: it ended with code 7, 3 times"):
            await supervisor.ready(["broken"])


async def test_a_wrong_setting_is_not_tried_again(tmp_path: Path) -> None:
    async with supervisor_of(tmp_path) as supervisor:
        supervisor.launch([ending(tmp_path, "misled", "raise SystemExit(2)")])
        with pytest.raises(StartFailedError, match=r"misled did not start: it ended with code 2$"):
            await supervisor.ready(["misled"])


async def test_a_process_that_never_gets_ready_is_named(tmp_path: Path) -> None:
    impatient = Timing(ready_within=0.3, ready_poll=0.02)
    async with Supervisor(Journal(tmp_path / "logs"), lambda: None, impatient) as supervisor:
        supervisor.launch([answering(tmp_path, "slow", is_ready=_no)])
        with pytest.raises(StartFailedError, match="slow did not start: not ready within"):
            await supervisor.ready(["slow"])


async def test_a_program_that_is_missing_fails_the_start(tmp_path: Path) -> None:
    async with supervisor_of(tmp_path) as supervisor:
        supervisor.launch([answering(tmp_path, "absent", argv=("/nowhere/program",))])
        with pytest.raises(StartFailedError, match="absent"):
            await supervisor.ready(["absent"])


async def test_a_process_that_ignores_the_stop_signal_is_killed_after_its_grace(tmp_path: Path) -> None:
    async def is_deaf() -> bool:
        return (tmp_path / "logs" / "stubborn.log").exists()

    async with supervisor_of(tmp_path) as supervisor:
        argv = (sys.executable, "-c", STUBBORN)
        plan = answering(tmp_path, "stubborn", argv=argv, is_ready=is_deaf, is_live=None, grace_seconds=0.2)
        supervisor.launch([plan])
        await supervisor.ready(["stubborn"])
        pid = supervisor.processes["stubborn"].pid
    assert pid is not None
    assert start_ticks(pid) is None


async def test_no_child_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    root = str(Path(__file__).parents[2])
    supervisor = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SUPERVISES, str(tmp_path / "logs"), str(told), root
    )
    await eventually(lambda: told.exists() and told.read_text() != "")
    child = int(told.read_text())
    assert start_ticks(child) is not None
    supervisor.kill()
    await supervisor.wait()
    await eventually(lambda: start_ticks(child) is None)


def replaceable(tmp_path: Path, name: str, **more: object) -> ProcessPlan:
    """As `answering`; its second instance listens beside until it takes the first one's place."""
    socket, beside = tmp_path / f"{name}.sock", tmp_path / f"{name}-heir.sock"
    succession = Succession({"BESIDE": str(beside)}, ready_probe(beside), lambda: beside.replace(socket))
    return answering(tmp_path, name, **{"succession": succession, **more})


async def test_a_new_instance_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    async with supervisor_of(tmp_path) as supervisor:
        supervisor.launch([replaceable(tmp_path, "one")])
        await supervisor.ready(["one"])
        process = supervisor.processes["one"]
        old = process.pid
        await supervisor.replace("one")
        assert process.pid not in {old, None}
        assert (process.state, process.restarts, process.beside) == ("running", 0, None)
        assert start_ticks(old or 0) is None
        assert await live_probe(tmp_path / "one.sock")()
        killed = kill(supervisor, "one")
        await eventually(back(supervisor, "one", killed))
        assert process.restarts == 1
    assert start_ticks(process.pid or 0) is None


async def test_a_new_instance_that_does_not_get_ready_is_ended_and_the_old_one_stays(tmp_path: Path) -> None:
    impatient = Timing(ready_within=1, ready_poll=0.02)
    never = Succession({"BESIDE": str(tmp_path / "heir.sock")}, _no, lambda: None)
    async with Supervisor(Journal(tmp_path / "logs"), lambda: None, impatient) as supervisor:
        supervisor.launch([replaceable(tmp_path, "one", succession=never)])
        await supervisor.ready(["one"])
        old = supervisor.processes["one"].pid
        with pytest.raises(ReplacementError, match="one was not replaced: the new instance was not ready within 1 s"):
            await supervisor.replace("one")
        assert (supervisor.processes["one"].pid, supervisor.processes["one"].beside) == (old, None)
    (begun,) = [event for event in events_in(tmp_path) if event["event"] == "process.replacing"]
    assert start_ticks(int(str(begun["by"]))) is None


async def test_a_pod_that_is_stopped_while_an_instance_is_replaced_leaves_neither(tmp_path: Path) -> None:
    never = Succession({"BESIDE": str(tmp_path / "heir.sock")}, _no, lambda: None)
    async with supervisor_of(tmp_path) as supervisor:
        supervisor.launch([replaceable(tmp_path, "one", succession=never)])
        await supervisor.ready(["one"])
        process = supervisor.processes["one"]
        replacing = asyncio.create_task(supervisor.replace("one"))
        await eventually(lambda: process.beside is not None)
        pids = [process.pid, process.beside]
        with pytest.raises(ReplacementError, match="under way"):
            await supervisor.replace("one")
    with pytest.raises(ReplacementError, match="the pod is being stopped"):
        await replacing
    assert [start_ticks(pid) for pid in pids if pid] == [None, None]


async def test_what_a_process_prints_is_kept_line_by_line(tmp_path: Path) -> None:
    async with supervisor_of(tmp_path) as supervisor:
        supervisor.launch([answering(tmp_path, "one")])
        await supervisor.ready(["one"])
    assert (tmp_path / "logs" / "one.log").read_text().startswith("listening\n")


def test_the_delay_doubles_up_to_its_limit_and_starts_over_after_health() -> None:
    back_off = BackOff(first=0.1, longest=5, healthy_after=30)
    assert [back_off.delay_after(1) for _ in range(8)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]
    assert back_off.delay_after(31) == 0.1


def test_a_full_log_file_is_moved_aside_and_at_most_three_old_ones_are_kept(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "x.log", full_bytes=10)
    for number in range(9):
        log.write(b"line %d" % number)
    log.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.log", "x.log.1", "x.log.2", "x.log.3"]
    assert (tmp_path / "x.log").read_text() == "line 8\n"
