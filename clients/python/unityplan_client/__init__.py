"""The API of a UnityPlan territory as typed Python functions. Generated from its OpenAPI document: do not edit."""

from .client import AuthenticatedClient, Client
from .errors import ProblemError, UnexpectedAnswerError, UnityPlanError

__version__ = "0.1.0"

__all__ = ("AuthenticatedClient", "Client", "ProblemError", "UnexpectedAnswerError", "UnityPlanError", "__version__")
