"""Makes calls of the system fail, one after the other, under every command that writes, and looks at what is left.

Each job of jobs.py is a command line and the files that it makes. It is run once undisturbed; then with the N-th call
of a kind failing (shim.c), N = 1, 2, 3... until none is left. Whatever fails, there has to be
  - an exit status of 0 with everything that the undisturbed run makes, or one of 1 and an error in words (one line);
  - no crash, no hang;
  - each output file as it was before or as the undisturbed run makes it, and no other file anywhere: no temporary;
  - the files that a job names together all old or all new.

    faults.py --finnc build/release/finnc --shim build/release/tests/libfaults.so [--all] [--only REGEX] [KIND]...

Kinds: write, short, read, memory, signal, kill, size, stdout, outside. Without --all a job's allocations and most signals are sampled.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import errno
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from jobs import JOBS, prepare

OLD = b"what stood here before\n"
SECONDS = 60  # a run that takes longer hangs
FEW = 40  # allocations of a job that fail in a short round


class Folder:
    """Where one run works: in/ is what it reads, out/ what it makes, tmp/ is TMPDIR."""

    def __init__(self, root, source):
        self.path = tempfile.mkdtemp(dir=root)
        shutil.copytree(source, os.path.join(self.path, "in"))
        self.source = snapshot(os.path.join(self.path, "in"))

    def renew(self, job, has_old):
        for name in ("out", "tmp"):
            shutil.rmtree(os.path.join(self.path, name), ignore_errors=True)
            os.mkdir(os.path.join(self.path, name))
        if has_old:
            for name in set(job.outputs) - set(job.kept):
                path = os.path.join(self.path, "out", name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                if job.before:
                    shutil.copy(os.path.join(self.path, "in", job.before, name), path)
                    continue
                with open(path, "wb") as f:
                    f.write(OLD)
        return snapshot(os.path.join(self.path, "out"))

    def now(self):
        return snapshot(os.path.join(self.path, "out"))

    def strays(self):
        """What should not be there: beside the inputs, in TMPDIR."""
        found = []
        if snapshot(os.path.join(self.path, "in")) != self.source:
            found.append("the inputs' folder has changed")
        found += ["left in TMPDIR: " + name for name in os.listdir(os.path.join(self.path, "tmp"))]
        return found


def snapshot(folder):
    files = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            with open(path, "rb") as f:
                files[os.path.relpath(path, folder)] = f.read()
    return files


Run = collections.namedtuple("Run", "status error struck calls trace")


def start(options, folder, job, kind=None, at=0, how=None, trace=False, limit=None, stdout=None):
    """One run. `struck` is the call that failed, None if there are fewer; `calls` those counted, None after a crash."""
    told, tell = os.pipe()
    env = dict(os.environ, LC_ALL="C.UTF-8", NO_COLOR="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1",
               TMPDIR=os.path.join(folder.path, "tmp"))
    if kind:
        env.update(LD_PRELOAD=options.shim, FAULTS_KIND=kind, FAULTS_AT=str(at), FAULTS_LOG=str(tell))
        if how is not None:
            env["FAULTS_HOW"] = str(how)
        if trace:
            env["FAULTS_TRACE"] = "1"

    def prepare_child():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = subprocess.Popen([options.finnc, *job.arguments], cwd=folder.path, env=env, stdin=subprocess.DEVNULL,
                               stdout=stdout or subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=(tell,),
                               preexec_fn=prepare_child)
    os.close(tell)
    try:
        error = process.communicate(timeout=SECONDS)[1]
        status = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        error = process.communicate()[1]
        status = "hangs"
    with os.fdopen(told, "rb") as f:
        lines = [line.split(b" ", 2) for line in f.read().splitlines()]
    struck = [b" ".join(words[1:]).decode(errors="replace").strip() for words in lines if words[0] == b"struck"]
    counts = [int(words[1]) for words in lines if words[0] == b"calls"]
    return Run(status, error.decode(errors="replace"), struck[0] if struck else None, counts[0] if counts else None,
               [b" ".join(words).decode(errors="replace") for words in lines])


def words_wrong(error):
    """What is wrong with the words of a failure, or None."""
    lines = error.splitlines()
    errors = [line for line in lines if line.startswith("finnc: error: ")]
    others = [line for line in lines
              if not line.startswith(("finnc: error: ", "finnc: hint: ", "finnc: note: ", "finnc: warning: "))]
    if len(errors) != 1:
        return "%d lines of error: %r" % (len(errors), error)
    if len(errors[0]) < len("finnc: error: ") + 8:
        return "an error without words: %r" % error
    if others:
        return "words that are not finnc's: %r" % error
    return None


def outputs_wrong(job, before, whole, now, is_done, may_part):
    """What is wrong with the files after a run, or None."""
    def is_fixed(name):
        return not any(name == other or name.startswith(other + "/") for other in job.anyhow)

    def fixed(files):
        return {name: data for name, data in files.items() if is_fixed(name)}

    if is_done:
        return None if fixed(now) == fixed(whole) else "done, but %s" % difference(fixed(whole), fixed(now))
    for name in filter(is_fixed, set(now) | set(before)):
        if now.get(name) != before.get(name) and (name not in whole or now.get(name) != whole[name]):
            return "%s is neither old nor new" % name
    for together in () if may_part else job.together:
        states = {now.get(name) == whole[name] for name in together if before.get(name) != whole[name]}
        if len(states) > 1:
            return "of %s some are old and some new" % ", ".join(together)
    return None


def difference(whole, now):
    missing, more = set(whole) - set(now), set(now) - set(whole)
    changed = [name for name in set(whole) & set(now) if whole[name] != now[name]]
    return "; ".join("%s: %s" % (word, ", ".join(sorted(names)))
                     for word, names in (("missing", missing), ("besides", more), ("other bytes", changed)) if names)


class Sweep:
    """Everything that is done to one job, in one folder."""

    def __init__(self, options, job, root, source):
        self.options, self.job = options, job
        self.folder = Folder(root, source)
        self.done = collections.Counter()
        self.found = []

    def complain(self, kind, n, has_old, run, what):
        self.found.append("%s, %s %s (%s), %s: status %s: %s" % (
            self.job.name, kind, n, run.struck, "over old files" if has_old else "into an empty folder", run.status,
            what))

    def judge(self, kind, n, has_old, run, before, whole, dies_of=None, may_leave=False):
        is_done = run.status == self.normal
        wrong = None
        if run.status == "hangs":
            wrong = "hangs"
        elif dies_of and run.status == -dies_of:
            is_done = False
        elif not isinstance(run.status, int) or run.status < 0 or run.status not in (0, 1):
            wrong = "a crash: %s" % run.error[-300:]
        elif run.status == 1:
            is_done = False
            wrong = words_wrong(run.error) if run.error or self.normal == 0 else None
        now = self.folder.now()
        if may_leave:  # killed: its temporary file stays, and two renamings are two moments
            now = {name: data for name, data in now.items() if not os.path.basename(name).startswith(".finnc-")}
        wrong = wrong or outputs_wrong(self.job, before, whole, now, is_done, may_leave)
        strays = [] if may_leave else self.folder.strays()
        wrong = wrong or (strays[0] if strays else None)
        if wrong:
            self.complain(kind, n, has_old, run, wrong)
        self.done[kind] += 1

    def undisturbed(self, has_old):
        before = self.folder.renew(self.job, has_old)
        run = start(self.options, self.folder, self.job)
        whole = self.folder.now()
        self.normal = run.status
        if run.status not in (0, 1) or (run.status == 1 and not self.job.may_fail):
            raise SystemExit("faults: %s: without a fault: status %s: %s" % (self.job.name, run.status, run.error))
        missing = [name for name in self.job.outputs if name not in whole]
        besides = [name for name in whole
                   if name not in self.job.outputs and not name.startswith(tuple(f + "/" for f in self.job.folders))]
        if missing or besides:
            raise SystemExit("faults: %s: makes %s, does not make %s" % (self.job.name, besides, missing))
        return before, whole

    def until_none(self, kind, call, how, has_old, steps=None, **judgement):
        before, whole = self.undisturbed(has_old)
        calls = self.count(call, has_old)
        n = 1
        while True:
            self.folder.renew(self.job, has_old)
            run = start(self.options, self.folder, self.job, call, n, how)
            if run.struck is None:
                if n <= calls:
                    self.complain(kind, n, has_old, run, "made fewer calls than the %d of a run left alone" % calls)
                break
            self.judge(kind, n, has_old, run, before, whole, **judgement)
            n += steps(n) if steps else 1

    def count(self, call, has_old=True):
        """How many calls of a kind the undisturbed run makes."""
        self.folder.renew(self.job, has_old)
        run = start(self.options, self.folder, self.job, call, 0)
        if not run.calls:
            raise SystemExit("faults: %s: the shim counts no calls: is %s loaded?" % (self.job.name, self.options.shim))
        return run.calls

    def write(self):
        for has_old in (True, False):
            self.until_none("write", "write", errno.ENOSPC if has_old else errno.EIO, has_old)

    def short(self):
        self.until_none("short", "write", "short", True)
        self.until_none("short", "write", errno.EINTR, False)
        self.until_none("short", "read", "short", True)

    def read(self):
        self.until_none("read", "read", errno.EIO, True)

    def memory(self):
        # One thread: libgomp ends a program that it cannot start another one for.
        self.job = dataclasses.replace(self.job, arguments=self.job.arguments + ["--threads=1"])
        stride = max(1, self.count("memory") // FEW)
        self.until_none("memory", "memory", errno.ENOMEM, True,
                        (lambda n: 1 if n < 500 else 37) if self.options.all else lambda n: stride)

    def signal(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
            step = 1 if self.options.all or number == signal.SIGTERM else 5
            self.until_none("signal", "write", "signal=%d" % number, True, lambda n, step=step: step, dies_of=number)

    def kill(self):
        self.until_none("kill", "write", "signal=%d" % signal.SIGKILL, True, dies_of=signal.SIGKILL, may_leave=True)

    def size(self):
        """A full disk, for the system's own calls: no file may grow beyond a limit."""
        before, whole = self.undisturbed(True)
        sizes = sorted({len(data) for data in whole.values()})
        for limit in sorted({0, 1, *(size - 1 for size in sizes), *(size // 2 for size in sizes)}):
            self.folder.renew(self.job, True)
            run = start(self.options, self.folder, self.job, limit=max(limit, 0))
            self.judge("size", limit, True, run, before, whole)

    def stdout(self):
        """Standard output is a full device: what is printed there is lost, and the status has to say so."""
        before, whole = self.undisturbed(True)
        self.folder.renew(self.job, True)
        with open("/dev/full", "wb") as full:
            run = start(self.options, self.folder, self.job, stdout=full)
        self.judge("stdout", 0, True, run, before, whole)

    def outside(self):
        """Every file that is opened to be written, renamed to or made lies in out/ or TMPDIR; nobody opens a socket."""
        before, whole = self.undisturbed(True)
        self.folder.renew(self.job, True)
        run = start(self.options, self.folder, self.job, "write", 0, trace=True)
        self.judge("outside", 0, True, run, before, whole)
        tmp = os.path.join(self.folder.path, "tmp")
        for line in run.trace:
            words = line.split(" ", 3)
            path = words[3] if words[0] == "call" and len(words) > 3 else ""
            if words[0] == "socket" or (path and path != "out" and not path.startswith(("out/", tmp + "/"))):
                self.complain("outside", 0, True, run, "touches what it should not: %s" % line)


KINDS = ("write", "short", "read", "memory", "signal", "kill", "size", "stdout", "outside")


def sweep(options, job, root, source, kinds):
    s = Sweep(options, job, root, source)
    for kind in kinds:
        if kind not in job.without:
            getattr(s, kind)()
    shutil.rmtree(s.folder.path)
    return s


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--finnc", required=True)
    parser.add_argument("--shim", required=True)
    parser.add_argument("--all", action="store_true", help="every call with every signal, every allocation up to the 500th, then every 37th")
    parser.add_argument("--only", metavar="REGEX", default="", help="jobs whose names match")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--trace", metavar="KIND", help="print the calls of a kind (write, read) and make none fail")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="of faults; all of them")
    options = parser.parse_args()
    options.finnc, options.shim = os.path.abspath(options.finnc), os.path.abspath(options.shim)
    unknown = set(options.kinds) - set(KINDS)
    if unknown:
        parser.error("there is no kind %s" % ", ".join(unknown))
    kinds = options.kinds or KINDS
    jobs = [job for job in JOBS if re.search(options.only, job.name)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="finnc-faults-") as root:
        source = os.path.join(root, "source")
        os.mkdir(source)
        prepare(options.finnc, source)
        if options.trace:
            for job in jobs:
                folder = Folder(root, source)
                folder.renew(job, True)
                print("%s: %s" % (job.name, " ".join(job.arguments)))
                print(*start(options, folder, job, options.trace, trace=True).trace, sep="\n")
            return 0
        done, found = collections.Counter(), []
        with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
            for s in pool.map(lambda job: sweep(options, job, root, source, kinds), jobs):
                done.update(s.done)
                found += s.found
                for line in s.found:
                    print(line, flush=True)
    for kind in kinds:
        print("%-7s %7d runs" % (kind, done[kind]))
    print("faults: %d jobs, %d runs, %d findings, %.0f s" % (len(jobs), sum(done.values()), len(found),
                                                             time.monotonic() - began))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
