"""HTTP clients of our own services, each with the fake that tests of its users need."""
