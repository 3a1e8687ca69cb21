"""Carrying events to those who subscribed, and what they missed before."""
