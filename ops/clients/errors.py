"""How generating ends when it cannot be done."""


class GenerationError(Exception):
    """A generator is not installed, or does not understand the document."""
