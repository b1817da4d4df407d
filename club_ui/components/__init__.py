"""Pieces of screens: functions of vars that do not know which page they are on."""
