"""The explorer's pages.

Dependencies point one way: views -> state, figures, components -> capsnet.
"""
