"""What goes out: other systems hear of placements and cards, signed, retried, visible (spec: intake).

`sending` is the pass of the clock, `message` what is sent, `wire` how, and where never.
"""
