"""Run a module and start it again whenever a source file changes.

`python -m ops.compose.reloading FOLDER… -- MODULE ARGUMENT…`

For development only. It looks at the files by itself: changes made outside a container may not wake who waits inside.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import FrameType

LOOK_SECONDS = 1.0
GRACE_SECONDS = 15.0
WRONG_USE = 2


def reload(words: Sequence[str]) -> int:
    """Until SIGTERM, which the module gets too. A module that ends by itself is started at the next change."""
    if "--" not in words or words[-1] == "--":
        sys.stderr.write("usage: python -m ops.compose.reloading FOLDER… -- MODULE ARGUMENT…\n")
        return WRONG_USE
    split = list(words).index("--")
    return _Reloader([Path(folder) for folder in words[:split]], words[split + 1 :]).run()


class _Reloader:
    def __init__(self, folders: Sequence[Path], module: Sequence[str]) -> None:
        self._folders = folders
        self._argv = [sys.executable, "-m", *module]
        self._is_over = False

    def run(self) -> int:
        signal.signal(signal.SIGTERM, self._end)
        seen = newest_change(self._folders)
        child = self._start()
        while not self._is_over:
            self._look_after(child)
            changed = newest_change(self._folders)
            if changed != seen and not self._is_over:
                seen = changed
                sys.stderr.write("reload: a file changed\n")
                self._stop(child)
                child = self._start()
        self._stop(child)
        return 0

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._argv, env=os.environ)  # noqa: S603 (a developer's own words)

    def _look_after(self, child: subprocess.Popen[bytes]) -> None:
        try:
            child.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            return
        time.sleep(LOOK_SECONDS)

    def _stop(self, child: subprocess.Popen[bytes]) -> None:
        child.terminate()
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _end(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._is_over = True


def newest_change(folders: Iterable[Path]) -> tuple[int, int]:
    """When the newest source file was changed, in nanoseconds, and how many there are."""
    times = [path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*.py")]
    return max(times, default=0), len(times)


if __name__ == "__main__":
    sys.exit(reload(sys.argv[1:]))
