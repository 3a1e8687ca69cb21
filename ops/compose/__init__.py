"""The two jobs of a pod in containers: `init` makes secrets and configurations, `migrate` walls and schemas."""
