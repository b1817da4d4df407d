"""The pieces: functions of vars, a screen of code at most; they do not know which page they are on."""
