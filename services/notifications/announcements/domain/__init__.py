"""What an announcement is, when it runs, and what its notice says."""
