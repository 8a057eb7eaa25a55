#!/usr/bin/env python3
"""commands.py FINNC [NAME...]: the commands of ../faults/jobs.py, each once, under valgrind's memcheck.

A command that valgrind complains about, or that ends otherwise than without valgrind, is named with what was said.
"""

import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "faults"))
import jobs  # noqa: E402

COMPLAINT = 99  # a status that no command of finnc ends with
WATCH = ["valgrind", "--quiet", f"--error-exitcode={COMPLAINT}", "--leak-check=full", "--errors-for-leak-kinds=definite",
         f"--suppressions={here}/finnc.supp"]


def run(finnc, job, source, folder, watch):
    """In a folder of its own, as faults.py lays it out: status and what was said."""
    os.makedirs(os.path.join(folder, "out"))
    shutil.copytree(source, os.path.join(folder, "in"))
    done = subprocess.run([*watch, finnc, *job.arguments], cwd=folder, capture_output=True, text=True, errors="replace",
                          env={**os.environ, "TMPDIR": folder}, timeout=1500)
    return done.returncode, done.stderr


def wrong(finnc, job, source, root):
    plain, _ = run(finnc, job, source, os.path.join(root, job.name, "plain"), [])
    watched, said = run(finnc, job, source, os.path.join(root, job.name, "watched"), WATCH)
    if plain != 0 and not job.may_fail:
        return f"{job.name}: {plain} without valgrind\n"
    return None if watched == plain else f"{job.name}: {watched} instead of {plain}\n{said[:4000]}"


def main():
    finnc, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    chosen = [job for job in jobs.JOBS if not names or job.name in names]
    with tempfile.TemporaryDirectory() as root, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        source = os.path.join(root, "in")
        os.mkdir(source)
        jobs.prepare(finnc, source)
        found = [words for words in pool.map(lambda job: wrong(finnc, job, source, root), chosen) if words]
    print("".join(found), end="")
    print(f"{len(chosen)} commands under valgrind, {len(found)} with complaints")
    return 1 if found or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
