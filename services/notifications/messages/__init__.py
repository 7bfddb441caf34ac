"""What is told to whom: one message a recipient and event, shown exactly once in the inbox."""
