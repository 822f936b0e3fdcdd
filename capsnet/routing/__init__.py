"""Routing: which primary capsule feeds which digit capsule.

agreement   routing by agreement: one round, and the loop around it
broken      famous wrong routings, to be looked at
controls    random and shuffled shares, against which routing is measured
"""
