"""Routing: which primary capsule feeds which digit capsule.

base        what a routing is: weights, trace, route, lengths, words
registry    routings by name, each in a file of that name
agreement   routing by agreement: one round, and the loop around it
broken      famous wrong routings, to compare with
controls    random and shuffled shares, against which routing is measured
"""
