"""The binding is what the headers say, by two ways: its generator's, and a compiler's own."""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import support
from finnc import _abi
from finnc._library import lib

CC = os.environ.get("CC") or shutil.which("cc")
MAKE_ABI = [sys.executable, str(support.ROOT / "python" / "make_abi.py"), "-I", str(support.BUILD / "include")]


@unittest.skipUnless(CC and (support.BUILD / "include").is_dir(), "needs a compiler and a build (FINNC_BUILD)")
class Abi(unittest.TestCase):
    def test_the_file_is_what_the_headers_say(self):
        done = subprocess.run([*MAKE_ABI, "--cc", CC, "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_compiler_sees_the_same_sizes_offsets_and_numbers(self):
        probe = subprocess.run([*MAKE_ABI, "--cc", CC, "--probe"], check=True, capture_output=True, text=True).stdout
        with tempfile.TemporaryDirectory() as folder:
            source, program = os.path.join(folder, "probe.c"), os.path.join(folder, "probe")
            with open(source, "w") as file:
                file.write(probe)
            includes = [f"-I{support.ROOT / 'include'}", f"-I{support.BUILD / 'include'}"]
            subprocess.run([*CC.split(), *includes, "-o", program, source], check=True)
            lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
        self.assertGreater(len(lines), 500)
        records = set()
        for line in lines:
            name, *numbers = line.split()
            with self.subTest(name):
                self.assertEqual([int(n) for n in numbers], self.of(name))
            records.add(name.partition(".")[0])
        self.assertLessEqual(set(_abi.RECORDS), records)

    def of(self, name):
        """What ctypes has for a line of the probe."""
        record, _, field = name.partition(".")
        found = getattr(_abi, record)
        if isinstance(found, int):
            return [found]
        if not field:
            return [ctypes.sizeof(found)]
        descriptor = getattr(found, field, None) or getattr(found, field + "_")
        return [descriptor.offset, descriptor.size]

    def test_every_exported_function_has_its_types(self):
        nm = shutil.which("nm")
        if not nm:
            self.skipTest("needs nm")
        text = subprocess.run(
            [nm, "-D", "--defined-only", lib._name], check=True, capture_output=True, text=True
        ).stdout
        exported = {line.split()[-1] for line in text.splitlines() if " T " in line}
        self.assertEqual({name for name in exported if name.startswith("finnc_")}, set(_abi.FUNCTIONS))


if __name__ == "__main__":
    unittest.main()
