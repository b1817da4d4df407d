"""The doors: every change of the club's data comes through one of these, whoever asks.

A door checks rights and gate, does one transaction, keeps the placement, writes the change and
the audit, and announces. The same key twice is one deed.
"""
