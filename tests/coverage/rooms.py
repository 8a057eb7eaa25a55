"""Lines reached by tests, per room, from gcovr's JSON: rooms.py REPORT.json [--unreached FILE] [--least PERCENT]

--unreached writes every line that no test reaches, file by file, worst files first: the list to work on.
--least fails when a room has less.
"""
import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

ROOMS = ["libgraph", "passes", "interp/fast", "interp", "analysis", "cli"]


def room_of(path):
    return next((room for room in ROOMS if path.startswith(room + "/")), None)


def lines_of(report):
    """path -> line number -> was it reached? A header's line counts as reached if it was anywhere."""
    files = defaultdict(dict)
    for file in report["files"]:
        for line in file["lines"]:
            if not line.get("gcovr/excluded") and not line.get("gcovr/noncode"):
                known = files[file["file"]]
                known[line["line_number"]] = known.get(line["line_number"], False) or line["count"] > 0
    return files


def write_unreached(files, path):
    worst = sorted(files, key=lambda name: (-sum(not hit for hit in files[name].values()), name))
    with open(path, "w") as out:
        for name in worst:
            missing = sorted(number for number, hit in files[name].items() if not hit)
            if not missing:
                continue
            source = Path(name).read_text().splitlines()
            out.write(f"{name}: {len(missing)} of {len(files[name])} lines\n")
            for number in missing:
                out.write(f"  {number:5}  {source[number - 1]}\n")
            out.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report")
    parser.add_argument("--unreached")
    parser.add_argument("--least", type=float, default=0)
    args = parser.parse_args()
    files = {name: lines for name, lines in lines_of(json.load(open(args.report))).items() if room_of(name)}
    low = False
    print(f"{'room':12} {'lines':>7} {'reached':>8} {'%':>6}")
    for room in ROOMS:
        hits = [hit for name, lines in files.items() if room_of(name) == room for hit in lines.values()]
        if hits:
            percent = 100 * sum(hits) / len(hits)
            low |= percent < args.least
            print(f"{room:12} {len(hits):7} {sum(hits):8} {percent:6.1f}")
    if args.unreached:
        write_unreached(files, args.unreached)
    sys.exit(low)


main()
