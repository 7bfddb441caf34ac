"""Rules of 县委确定, of results and of their replay; pure functions and values."""
