"""Shutting an account and opening it again, by who manages accounts: on record, with a reason."""
