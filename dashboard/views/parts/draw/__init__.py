"""What the page Draw is made of, beside its pad."""
