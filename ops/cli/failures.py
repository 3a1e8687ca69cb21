"""How a command ends when it cannot do what was asked: one clear line, and an exit code."""

FAILED = 1
WRONG_USE = 2


class CommandError(Exception):
    """Ends the command with one line on standard error and `exit_code` (1 failed, 2 wrong use)."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code
