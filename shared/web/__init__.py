"""HTTP as every service speaks it: problems, bodies, lists, conditional requests, and the one opener of commands."""
