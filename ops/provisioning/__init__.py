"""The four walls between territories: secrets, PostgreSQL roles, Redis users, NATS accounts."""
