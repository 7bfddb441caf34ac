"""The demonstration: one yearly cycle of a real county, run through the HTTP APIs alone."""
