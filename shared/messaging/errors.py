"""What can go wrong on the way to NATS."""


class BusUnavailable(Exception):
    """NATS cannot be reached now; what was to be sent must be sent again, or is a hint and may be lost."""


class WrongLastSequence(Exception):
    """The stream's last sequence is not the predicted one (10071): a crash, another publisher, a lost store."""
