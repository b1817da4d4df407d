"""`python -m lifecycle replay FILE...`: the rules on a command line, with neither screens nor storage."""

from __future__ import annotations

import argparse
import sys

from lifecycle import replay


def main(arguments: list[str] | None = None) -> int:
    """Run one command. The exit status."""
    parser = argparse.ArgumentParser(prog="python -m lifecycle", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("replay", help="answer scenario files, one JSON object a line")
    command.add_argument("files", nargs="+", metavar="FILE", help="a scenario file, or - for what comes in")
    command.add_argument("--check", action="store_true", help="print only what differs from `expect`")
    chosen = parser.parse_args(arguments)
    return replay.main(chosen.files, check=chosen.check)


if __name__ == "__main__":
    sys.exit(main())
