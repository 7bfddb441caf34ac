"""Objections, clues, statements, inquiries and findings in the database."""
