"""Rules of simulations and sensitivity: pure functions and values, nothing that decides."""
