#!/usr/bin/env python3
"""Fuzzes for as long as one likes, and adds up what came of it.

    campaign.py [TARGET...] --seconds N     runs each target for N seconds of processor time, in turn
    campaign.py --table                     what all campaigns came to, for docs/reliability.md
    campaign.py TARGET... --merge           makes corpus/TARGET of it and of what was found: the least that covers as much
    campaign.py --words FOLDER              a dictionary per target, where there is one: its own, the words of finnc's tables
    campaign.py --lines FOLDER              lines that the kept inputs reach, of the build in FOLDER (./dev fuzz --lines)

What was found, and the sums, are kept in the folder FINNC_FUZZ_STATE (build/fuzz/state): a campaign can end at any time,
and the next one goes on. A finding ends its target's run; it lies in FINNC_FUZZ_STATE/TARGET.findings. Besides what was
found and what is committed, a campaign begins with FINNC_FUZZ_STATE/seeds, which seeds.py makes of the unit tests.
"""

import argparse
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

here = Path(__file__).resolve().parent
root = here.parents[1]
build = root / "build/fuzz"
state = Path(os.environ.get("FINNC_FUZZ_STATE", build / "state"))

# Targets whose inputs are models, passes or commands as text.
TEXTS = ("command_line", "edit", "engines", "layers", "pass", "pipeline", "run", "text_read")

MOST_FILES, MOST_BYTES = 200, 300_000  # of a corpus that is committed
SLOW = 20  # seconds that an input may take


def targets():
    return sorted(path.stem for path in here.glob("*.c"))


def load():
    path = state / "sums.json"
    return json.loads(path.read_text()) if path.exists() else {}


def save(sums):
    state.mkdir(parents=True, exist_ok=True)
    new = state / "sums.json.new"
    new.write_text(json.dumps(sums, indent=1, sort_keys=True) + "\n")
    new.replace(state / "sums.json")


# ---- running ----


def processor_seconds(pid):
    """What a process has used so far; None: it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def command(target):
    line = [str(build / f"fuzz-{target}"), "-rss_limit_mb=2048", f"-timeout={SLOW}", "-print_final_stats=1"]
    line.append(f"-artifact_prefix={state / (target + '.findings')}/")
    words = build / "words" / f"{target}.dict"
    if words.exists():
        line.append(f"-dict={words}")
    kept = [state / target, state / "seeds" / target, here / "corpus" / target, here / "regressions" / target]
    return line + [str(folder) for folder in kept if folder.is_dir()]


def run(target, seconds):
    """One run: processor time, executions, edges, and whether it ended by itself, which is a finding."""
    (state / target).mkdir(parents=True, exist_ok=True)
    (state / f"{target}.findings").mkdir(exist_ok=True)
    log = state / f"{target}.log"
    with log.open("w") as out:
        process = subprocess.Popen(command(target), stdout=out, stderr=out)
        used, asked = 0.0, False
        while process.poll() is None:
            used = processor_seconds(process.pid) or used
            if used >= seconds and not asked:
                process.send_signal(signal.SIGUSR1)  # libFuzzer ends in good order
                asked = True
            time.sleep(0.5)
    text = log.read_text(errors="replace")
    edges = [int(n) for n in re.findall(r"cov: (\d+)", text)]
    runs = re.search(r"stat::number_of_executed_units: +(\d+)", text)
    done = int(runs[1]) if runs else max(map(int, re.findall(r"(?m)^#(\d+)", text)), default=0)
    return used, done, max(edges, default=0), process.returncode != 0 and not asked, log


def only_waited(target):
    """libFuzzer counts the seconds on the clock: was an input too slow because others had the processor? Then it is none."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (SLOW, SLOW))
    inputs = list((state / f"{target}.findings").glob("timeout-*"))
    for path in inputs:
        line = [str(build / f"fuzz-{target}"), "-timeout=1000", str(path)]
        if subprocess.run(line, preexec_fn=limit, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
            return False
    for path in inputs:
        path.unlink()
    return bool(inputs)


def campaign(names, seconds):
    found = 0
    for target in names:
        used, runs, edges, is_finding, log = run(target, seconds)
        is_finding = is_finding and not ("libFuzzer: timeout" in log.read_text(errors="replace") and only_waited(target))
        sums = load()
        row = sums.setdefault(target, {"seconds": 0, "clean": 0, "runs": 0, "edges": 0, "findings": 0})
        row["seconds"] += used
        row["runs"] += runs
        row["edges"] = max(row["edges"], edges)
        row["findings"] += is_finding
        row["clean"] = 0 if is_finding else row["clean"] + used
        save(sums)
        words = f"a finding: {state}/{target}.findings, {log}" if is_finding else "nothing found"
        print(f"{target}: {used:.0f} s, {runs} executions, {edges} edges, {words}", flush=True)
        found += is_finding
    return found


def table():
    sums = load()
    print("| target | processor time | of it since the last finding | executions | edges | findings |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for target in targets():
        row = sums.get(target)
        if row:
            print(
                f"| `{target}` | {row['seconds'] / 60:.0f} min | {row['clean'] / 60:.0f} min "
                f"| {row['runs']:,} | {row['edges']:,} | {row['findings']} |"
            )


# ---- corpora ----


def merge(target):
    corpus = here / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sources = [p for p in (corpus, state / "seeds" / target, state / target) if p.is_dir()]
        program = str(build / f"fuzz-{target}")
        line = [program, "-set_cover_merge=1", "-use_counters=0", "-rss_limit_mb=2048", "-timeout=20"]
        line += [f"-artifact_prefix={state}/", folder, *map(str, sources)]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        kept, nbytes = [], 0  # in the order in which they were chosen: what covers most comes first
        for path in sorted(Path(folder).iterdir(), key=lambda p: p.stat().st_mtime_ns):
            if len(kept) == MOST_FILES or nbytes + path.stat().st_size > MOST_BYTES:
                break
            kept.append(path)
            nbytes += path.stat().st_size
        for path in corpus.iterdir():
            path.unlink()
        for path in kept:
            shutil.copy(path, corpus / path.name)
    print(f"{target}: {len(kept)} inputs, {nbytes} bytes")


def words(folder):
    """Names of ops, of their attributes and of passes, from the program's tables, where inputs are text."""
    program = str(build / "finnc")
    table = {
        kind: json.loads(subprocess.run([program, kind, "--json"], capture_output=True, check=True).stdout)[kind]
        for kind in ("ops", "passes")
    }
    names = {op["name"] for op in table["ops"]} | {p["name"] for p in table["passes"]}
    names |= {op["domain"] + "." for op in table["ops"] if op["domain"] != "ai.onnx"}
    names |= {attribute["name"] for op in table["ops"] for attribute in op["attributes"]}
    folder.mkdir(parents=True, exist_ok=True)
    for target in targets():
        own = here / f"{target}.dict"
        text = own.read_text() if own.exists() else ""
        if target in TEXTS:
            text += "".join(f'"{name}"\n' for name in sorted(names))
        if text:
            (folder / f"{target}.dict").write_text(text)


# ---- lines ----


def lines(folder):
    """Of a build with clang's coverage: what the kept inputs of all targets reach, room by room."""
    programs = sorted((folder / "tests").glob("replay-*"))
    with tempfile.TemporaryDirectory() as raw:
        for program in programs:
            target = program.name.removeprefix("replay-")
            inputs = [str(p) for p in (here / "corpus" / target, here / "regressions" / target) if p.is_dir()]
            environment = dict(os.environ, LLVM_PROFILE_FILE=f"{raw}/{target}.profraw")
            subprocess.run([program, *inputs], env=environment, stdout=subprocess.DEVNULL, check=True)
        data = f"{raw}/all.profdata"
        subprocess.run(["llvm-profdata-14", "merge", "-o", data, *map(str, Path(raw).glob("*.profraw"))], check=True)
        objects = [f"-object={program}" for program in programs[1:]]
        line = ["llvm-cov-14", "export", "-summary-only", f"-instr-profile={data}", str(programs[0]), *objects]
        report = json.loads(subprocess.run(line, capture_output=True, check=True).stdout)
    print("| room | lines | reached |")
    print("| --- | ---: | ---: |")
    for room in ("libgraph", "passes", "interp", "analysis", "cli"):
        files = [f for f in report["data"][0]["files"] if f["filename"].startswith(f"{root}/{room}/")]
        count = sum(f["summary"]["lines"]["count"] for f in files)
        covered = sum(f["summary"]["lines"]["covered"] for f in files)
        print(f"| `{room}` | {count:,} | {100 * covered / max(count, 1):.1f} % |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--merge", action="store_true")
    parser.add_argument("--words", type=Path)
    parser.add_argument("--lines", type=Path)
    options = parser.parse_args()
    unknown = set(options.targets) - set(targets())
    if unknown:
        sys.exit(f"campaign.py: no target {', '.join(sorted(unknown))}; there are: {' '.join(targets())}")
    names = options.targets or targets()
    if options.table:
        return table()
    if options.words:
        return words(options.words)
    if options.lines:
        return lines(options.lines)
    if options.merge:
        for target in names:
            merge(target)
        return 0
    return 1 if campaign(names, options.seconds) else 0


if __name__ == "__main__":
    sys.exit(main())
