"""What people do with simulations and how close verdicts stand to their lines."""
