"""What an operator's deeds on a territory have in common: a database, a unit of work, and hints to the services."""
