"""What each metric of the catalogue has to be, computed a second time: from what the simulation
says happened, in pandas, by the words of the catalogue and of docs/definitions.md.

Nothing here reads the warehouse, a raw table or a model. A module holds the metrics of one group,
one function each, named like the metric: world -> value and state of every account and month.
"""
