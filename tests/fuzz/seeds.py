#!/usr/bin/env python3
"""Makes inputs for fuzz targets of what the unit tests have: the pictures of passes, the cases of operators, the layers.

    tests/fuzz/seeds.py FOLDER      a folder per target in FOLDER

They are where a target begins. What it keeps of them, and of what it finds, is in corpus/TARGET (campaign.py --merge).
"""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def literals(text):
    """The value of a run of string literals."""
    plain = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
    escape = re.compile(r"\\(x[0-9a-fA-F]+|[0-7]{1,3}|.)")

    def value(m):
        code = m[1]
        if code[0] == "x":
            return chr(int(code[1:], 16) % 256)
        return chr(int(code, 8) % 256) if code[0].isdigit() and code != "0" else plain.get(code, code)

    return "".join(escape.sub(value, part) for part in STRING.findall(text))


def preprocessed(path):
    """A test's source with its macros replaced."""
    line = ["gcc", "-E", "-P", "-w", f"-I{root}", f"-I{root}/include", f"-I{root}/libgraph", f"-I{root}/tests"]
    includes = [f"-I{p}/include" for p in root.glob("build/*") if (p / "include").is_dir()]
    if not includes:
        sys.exit("seeds.py: configure a build first: the tests include headers that are generated")
    made = subprocess.run([*line, *includes, str(path)], capture_output=True, text=True)
    return made.stdout


def arguments(text, at):
    """The arguments of a call whose bracket opens at `at`."""
    depth, start, found, i = 0, at + 1, [], at
    while i < len(text):
        c = text[i]
        if c == '"':
            i = STRING.match(text, i).end()
            continue
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth == 0:
                return found + [text[start:i]]
        elif c == "," and depth == 1:
            found.append(text[start:i])
            start = i + 1
        i += 1
    return found


def calls(text, pattern):
    """Calls of functions that match, each as the values of its arguments: texts, where they are."""
    named = {
        m[1]: literals(m[2])
        for m in re.finditer(r'(\w+)\s*(?:\[\w*\])?\s*=\s*((?:"(?:[^"\\]|\\.)*"\s*)+);', text)
    }
    for call in re.finditer(pattern + r"\s*\(", text):
        values = []
        for argument in arguments(text, call.end() - 1):
            argument = argument.strip()
            values.append(literals(argument) if '"' in argument else named.get(argument.strip("() "), ""))
        yield values


def is_model(text):
    return "=>" in text and "{" in text


def keep(folder, target, text):
    data = text.encode() if isinstance(text, str) else text
    where = folder / target
    where.mkdir(parents=True, exist_ok=True)
    (where / hashlib.sha1(data).hexdigest()[:16]).write_bytes(data)


def from_sources(folder):
    """Every model that a test has as a literal; with a pass where one is named beside it."""
    for source in sorted((root / "tests").rglob("*.c")):
        where = source.relative_to(root / "tests")
        if where.parts[0] not in ("passes", "libgraph", "interp", "analysis"):
            continue
        for values in calls(preprocessed(source), r"\b(?:check|test|read|run)_\w+"):
            for i, text in enumerate(values):
                if not is_model(text):
                    continue
                keep(folder, "text_read", text)
                keep(folder, "edit", text + "\0" + "\1\2\3\4\5\6\7\10")
                keep(folder, "layers" if "fpgadataflow" in text else "run", text)
                if where.parts[0] == "interp":
                    keep(folder, "engines", text)
                passes = next((v for v in values[:i] if v and not is_model(v) and not v.endswith(".c")), None)
                if passes and "\n" not in passes and where.parts[0] == "passes":
                    keep(folder, "pass", passes + "\n" + text)


def from_cases(folder):
    """The first choice of every operator's case."""
    for path in sorted((root / "tests/interp/cases").rglob("*.txt")):
        for case in re.split(r"(?m)^(?=\[)", path.read_text()):
            head, _, body = case.partition("\n")
            if not head.startswith("["):
                continue
            for name, words in re.findall(r"(\w+)=([^\s\"]+)", head):
                if name not in ("opset", "tol", "fails"):
                    word = "float" if words == "*" else words.split(",")[0]
                    body = re.sub(rf"\b{name}\b", word.lower() if word.isupper() else word, body)
            keep(folder, "run", body)


def from_recipes(folder):
    for path in sorted((root / "recipes").glob("*.yaml")):
        keep(folder, "pipeline", path.read_bytes())


def from_program(folder, program):
    """Command lines, as the examples in the help texts have them."""
    names = re.findall(r"(?m)^COMMAND\((\w+)", (root / "cli/commands.def").read_text())
    for name in names:
        name = name.replace("_", "-")
        shown = subprocess.run([program, name, "--help"], capture_output=True, text=True).stdout
        keep(folder, "command_line", name + "\n--help")
        for line in re.findall(r"(?m)^\s*(?:\$ )?finnc (.*?)(?:\s+#.*)?$", shown):
            keep(folder, "command_line", "\n".join(line.split()))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    from_sources(folder)
    from_cases(folder)
    from_recipes(folder)
    program = sorted(root.glob("build/*/finnc"))
    if program:
        from_program(folder, str(program[0]))
    for target in sorted(folder.iterdir()):
        print(f"{target.name:16} {len(list(target.iterdir()))}")


main()
