"""The servers of an embedded pod, real ones from wheels: PostgreSQL, Valkey, NATS. Each gives a `ProcessPlan`."""
