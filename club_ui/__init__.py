"""The screens and the server of the club."""
