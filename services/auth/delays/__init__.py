"""Delays after failed logins: for the account that is tried and for the address that tries."""
