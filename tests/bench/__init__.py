"""What this machine measures: `make bench`, or `python -m tests.bench`.

    training    images per second and peak memory, beside the notebook's formulation
    notebook    that formulation
    tracing     one trace of one digit
    startup     from server start to a usable page
    draw        from pen-up to the answer; visitor: one of twenty, without a browser
    way_in      how well redrawn digits are read
    routing     what a visitor of the routing page waits for
    pose        a hand on a pose slider, and a class of hands
    pages       the rows of these pages
    outside     handwriting from outside MNIST (not part of `make bench`: it needs a file)
    report      measurements with their spread, as a table and as JSON

Every measurement is made in a process of its own, so that none warms another and the peak of
memory is its own.
"""
