"""Put icons into `assets/icons.svg`: `python tools/icons.py hourglass lock …`.

The sprite is what screens draw icons from; the drawings are Lucide's (ISC licence), read from
the package that a built front end has in its `node_modules`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

SPRITE = Path("assets/icons.svg")
HOMES = (Path("build/web"), Path(".web"))
HEAD = '<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Lucide icons, ISC licence, (c) Lucide Icons and Contributors. Made by tools/icons.py -->\n'


def drawing(name: str) -> str:
    """One icon as a symbol."""
    home = next(home for home in HOMES if (home / "node_modules/lucide-react").is_dir())
    module = (home / f"node_modules/lucide-react/dist/esm/icons/{name}.mjs").resolve(strict=True)
    if renamed := re.search(r"default } from './([a-z0-9-]+)\.mjs'", module.read_text()):
        module = module.with_name(f"{renamed[1]}.mjs")
    code = f"import('{module}').then(m => console.log(JSON.stringify(m.__iconNode)))"
    nodes = json.loads(subprocess.run(["bun", "-e", code], check=True, capture_output=True, text=True).stdout)
    shapes = "".join(
        f"<{tag} " + " ".join(f'{key}="{value}"' for key, value in attributes.items() if key != "key") + "/>"
        for tag, attributes in nodes
    )
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def main(names: list[str]) -> None:
    """Add the named icons to those the sprite has, in order of name."""
    kept = dict(re.findall(r'(?m)^(?=<symbol id="([^"]+)")(.*)$', SPRITE.read_text()) if SPRITE.exists() else [])
    kept |= {name: drawing(name) for name in names}
    SPRITE.write_text(HEAD + "\n".join(kept[name] for name in sorted(kept)) + "\n</svg>\n")


if __name__ == "__main__":
    main(sys.argv[1:])
