"""What an objection is, who may know it, how it is checked and what a finding does."""
