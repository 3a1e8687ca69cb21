"""Handing a request to the service that answers it, and its answer back."""
