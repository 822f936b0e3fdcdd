"""One file a page; the parts of a long one lie in a folder beside it."""
