"""Territories: what one is, which ones this pod has, and the pool of each one's database."""
