"""What events and people do with entitlements, registers and proposals."""
