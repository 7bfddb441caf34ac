"""What people, events and the clock do with determinations and results."""
