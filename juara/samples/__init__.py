"""A believable company and its thirteen months, made from a seed, to show and to try things on.

`company` builds the people, `story` tells what they did as batches of records to be absorbed at
their own moments, `trickle` goes on from there for as long as somebody watches: plain data, no
Django. `load` puts it into an organization.
"""
