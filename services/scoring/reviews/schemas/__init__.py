"""What travels about recommendations, reviews, spot checks and clearances."""
