#!/usr/bin/env python3
"""Writes the pages' icons, server/assets/icons.svg, from the npm package lucide-static (ISC licence):

    npm install --ignore-scripts lucide-static && scripts/icons.py node_modules/lucide-static
"""
import pathlib
import re
import sys

NAMES = """arrow-down-wide-narrow arrow-right arrow-up-narrow-wide audio-lines box braces calendar check
chevron-down chevron-left chevron-right circle-help clock columns-2 contrast copy database download eye eye-off film
git-branch git-commit-horizontal git-merge globe grid-3x3 hash image images key-round keyboard layers layout-grid
link list lock log-in log-out maximize minus network pencil person-standing plus redo-2 scan scroll-text search
settings shapes shuffle sliders-horizontal sparkles spline square-dashed table-2 tag terminal text toggle-left
trash-2 triangle-alert undo-2 upload user users x""".split()

package = pathlib.Path(sys.argv[1])
symbols = []
for name in NAMES:
    text = (package / "icons" / f"{name}.svg").read_text()
    inner = re.search(r"<svg[^>]*>(.*)</svg>", text, re.S).group(1)
    inner = " ".join(inner.split()).replace(" />", "/>").replace("> <", "><")
    symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
out = pathlib.Path(__file__).parent.parent / "server/assets/icons.svg"
licence = "Icons of Lucide (https://lucide.dev), ISC licence: see lucide-LICENSE.txt"
out.write_text(
    f'<svg xmlns="http://www.w3.org/2000/svg"><!-- {licence} -->\n' + "\n".join(symbols) + "\n</svg>\n"
)
