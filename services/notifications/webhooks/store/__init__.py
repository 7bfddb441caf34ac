"""What webhooks reach outside themselves: PostgreSQL, and the subscribers over HTTP."""
