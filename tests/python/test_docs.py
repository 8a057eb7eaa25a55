"""The code in docs/python.md runs, in its order, and the examples do."""

import contextlib
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import support

BLOCK = re.compile(r"^```python( \w+)?\n(.*?)^```", re.M | re.S)


class Docs(unittest.TestCase):
    def test_the_code_of_the_guide_runs(self):
        text = (support.ROOT / "docs" / "python.md").read_text()
        blocks = BLOCK.findall(text)
        self.assertEqual(len(blocks), text.count("```python"))
        self.assertGreaterEqual(len(blocks), 8)
        names, here = {}, os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(support.CNV, os.path.join(folder, "net.onnx"))
            for picture in ("3-cat.png", "9-truck.png"):
                shutil.copy(support.CNV.parent / "images" / picture, folder)
            os.chdir(folder)
            try:
                for needs, code in blocks:
                    if needs and importlib.util.find_spec(needs.strip()) is None:
                        continue
                    line = text[: text.index(code)].count("\n")
                    with self.subTest(line=line), contextlib.redirect_stdout(io.StringIO()):
                        exec(compile("\n" * line + code, "docs/python.md", "exec"), names)
            finally:
                os.chdir(here)


class Examples(unittest.TestCase):
    def test_the_flow_runs_without_plots_and_with_them(self):
        with tempfile.TemporaryDirectory() as folder:
            script = str(support.EXAMPLES / "python" / "cnv_flow.py")
            done = subprocess.run([sys.executable, script, folder], capture_output=True, text=True, timeout=280)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("9 of 10 are right", done.stdout)
            self.assertIn("10 steps verified, 0 not", done.stdout)
            if importlib.util.find_spec("matplotlib"):
                self.assertTrue({"pictures.png", "layers.png"} <= set(os.listdir(folder)))


if __name__ == "__main__":
    unittest.main()
