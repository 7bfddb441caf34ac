"""Public facts become events; subscriptions are managed; a job sends what is due."""

# The job woken by these use cases; `jobs.py` defines it under this name.
DELIVER = "deliver_webhooks"
