"""Switching MLflow's cloud off: plan by default, act only with `--execute`.

`holdings.py` lists what the project holds, `kinds/` know one kind of resource each,
`planning.py` makes the plan of them, `executing.py` carries it out.
"""
