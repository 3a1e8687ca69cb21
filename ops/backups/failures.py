"""Why a backup cannot be made or used."""


class Unusable(Exception):
    """What was given cannot be used; one line that says why. Nothing was changed."""
