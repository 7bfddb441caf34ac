"""What channels reach outside themselves: deliveries in PostgreSQL and the mail server."""
