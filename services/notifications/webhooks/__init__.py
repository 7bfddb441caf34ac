"""Public facts for other platforms: signed webhooks by the Standard Webhooks specification."""
