"""What services say to one another: one module an owner. A change here is a change of API."""
