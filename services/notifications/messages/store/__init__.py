"""Fan-outs, messages, deliveries and leases in PostgreSQL."""
