"""The club without a screen: facts in, placement out. No UI framework, no HTTP."""
