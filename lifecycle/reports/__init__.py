"""What the owner reads: figures computed from facts and cards, each down to named clients. One file a report."""
