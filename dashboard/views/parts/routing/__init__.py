"""What the page Routing is made of, beside its player."""
