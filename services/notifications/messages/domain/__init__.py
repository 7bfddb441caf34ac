"""Events become plans, plans become messages, messages are delivered: the pure part."""
