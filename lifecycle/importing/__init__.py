"""History in: tables of other systems become clients and facts on their own days (spec: clients, section 7).

The way of a row: `sheets` reads it as text, `mapping` says what its columns mean, `rows` turns it into a
client and facts or into a sentence why not, `staging` gathers what belongs to one person, `command` writes
person by person, each whole. The same file twice adds nothing.
"""
