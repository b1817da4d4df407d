"""The tests: sentences about the club."""
