"""The lesson: its stops, and the bar that goes along on the pages."""
