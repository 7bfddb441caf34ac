"""Objections over HTTP: for the public, for inspectors, for branches, and as pages."""
