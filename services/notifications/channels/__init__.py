"""How messages leave: senders, retries, and the account of what was delivered."""
