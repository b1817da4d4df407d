"""The goals of the club's speed, each against what an ordinary developer would have written (docs/benchmarks.md)."""
