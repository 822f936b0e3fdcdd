"""The experiments: one function each, which the command line and the pages call alike."""
