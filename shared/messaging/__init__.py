"""NATS and JetStream: transport, never truth; the only importer of nats."""
