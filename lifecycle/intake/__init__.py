"""What comes in from outside: one file per outside system, payload to door (spec: intake).

`receiving` is the way of every delivery; an adapter says how its provider signs, names and means it.
"""
