"""Plumbing and contracts with at least two users; it imports no service."""
