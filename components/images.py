"""The container image of each role.

`trackless compile --images PREFIX` puts a registry in front of them. Locally nothing
is pulled: KFP's subprocess runner takes the running interpreter.
"""

TRAINER = "trackless/python-trainer:0.1.0"
COMPONENTS = "trackless/python-components:0.1.0"
