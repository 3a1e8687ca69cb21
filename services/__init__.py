"""The seven services of a pod: one folder each, blind to one another."""
