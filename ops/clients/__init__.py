"""Clients of the API, generated from its document: `make clients` writes them into `clients/`."""
