"""Reading and writing settlements, registers and proposals."""
