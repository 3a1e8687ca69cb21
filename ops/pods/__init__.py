"""The pods that exist, read from `pods/<name>/.env`, and the plan of their ports."""
