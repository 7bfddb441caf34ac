"""What is personal or secret is stored sealed: the database alone opens none of it."""
