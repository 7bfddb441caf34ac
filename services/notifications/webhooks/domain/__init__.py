"""Subscriptions, secrets, addresses and the facts that are sent: the pure part."""
