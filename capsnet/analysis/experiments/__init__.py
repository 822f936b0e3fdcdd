"""The experiments: one function each, which the command line and the pages call alike.

settings        what an experiment is, and what can be set of it
measure         make one: checked settings, its figures, and what they are of
transforming    images turned, moved, slanted, ...: accuracy, lengths, the pose's way
routing_doubts  other couplings on the same weights, parse trees, the negative
attacking       white-box attacks and how many are noticed
overlapping     two digits on one sheet
looking         favourites of maps, poses, all lengths, two networks, records
registry        all of them by name
"""
