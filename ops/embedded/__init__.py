"""A whole pod on one machine without containers: what it consists of, how it comes up, how it is found again."""
