"""Routing, right and broken."""
