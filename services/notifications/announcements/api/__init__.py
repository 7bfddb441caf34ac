"""Announcements over HTTP: the desk's operations and the public pages."""
