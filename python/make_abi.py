#!/usr/bin/env python3
"""Makes src/finnc/_abi.py, the headers of include/finnc as ctypes sees them; or says that it is out of date.

    make_abi.py [--cc CC] [-I DIR]...           writes the file
    make_abi.py --check ...                     fails if it is not what the headers say
    make_abi.py --probe ...                     prints a C program that prints every size, offset and enumerator

The headers are plain C with one declaration at a time: enums, structs, typedefs and prototypes. What else comes is an
error. The probe is the second opinion: a compiler, not this parser, says what tests/python/test_abi.py compares with.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "src", "finnc", "_abi.py")
HEADERS = os.path.join(HERE, "..", "include")

NUMBERS = {
    "int": "c_int",
    "unsigned": "c_uint",
    "unsigned int": "c_uint",
    "char": "c_char",
    "_Bool": "c_bool",
    "bool": "c_bool",
    "float": "c_float",
    "double": "c_double",
    "size_t": "c_size_t",
    "int64_t": "c_int64",
    "uint64_t": "c_uint64",
    "int32_t": "c_int32",
    "uint32_t": "c_uint32",
}
KEYWORDS = {"in", "from", "is", "not", "and", "or", "if", "with", "as", "import", "class", "def", "pass"}
TOKEN = re.compile(r'[A-Za-z_]\w*|0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*|"[^"]*"|<<|>>|\.\.\.|[-+*/(){}\[\];,=|~<>&]')


def preprocess(cc: str, includes: list[str]) -> str:
    """The declarations of the headers themselves, with macros expanded and nothing of the C library's."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "all.c")
        with open(source, "w") as file:
            file.write("#include <finnc/finnc.h>\n")
        command = [*cc.split(), "-E", *[f"-I{path}" for path in includes], source]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    kept, ours = [], False
    for line in text.splitlines():
        mark = re.match(r'# \d+ "([^"]*)"', line)
        if mark:
            ours = "/finnc/" in mark.group(1)
        elif ours:
            kept.append(line)
    return "\n".join(kept)


def numbers() -> dict[str, int]:
    """Macros that are numbers: FINNC_MAX_RANK."""
    found = {}
    for name in sorted(os.listdir(os.path.join(HEADERS, "finnc"))):
        if name.endswith(".h"):
            with open(os.path.join(HEADERS, "finnc", name)) as file:
                found.update((m, int(x)) for m, x in re.findall(r"^#define (FINNC_\w+)\s+(\d+)$", file.read(), re.M))
    return found


# ---- C ----


class Unread(Exception):
    """A declaration that this parser does not know."""


class Declarations:
    """What the headers declare, in their order."""

    def __init__(self) -> None:
        self.constants: dict[str, int] = {}
        self.enums: dict[str, list[str]] = {}
        self.structs: dict[str, list[tuple[str, str]] | None] = {}  # None: opaque
        self.aliases: dict[str, str] = {}
        self.functions: dict[str, tuple[str, list[str]]] = {}
        self.order: list[tuple[str, str]] = []  # ("alias" | "struct", name)

    def read(self, text: str) -> None:
        tokens = TOKEN.findall(text)
        at = 0
        while at < len(tokens):
            end, depth = at, 0
            while tokens[end] != ";" or depth:
                depth += {"{": 1, "}": -1, "(": 1, ")": -1}.get(tokens[end], 0)
                end += 1
            self.declaration(without_attributes(tokens[at:end]))
            at = end + 1

    def declaration(self, tokens: list[str]) -> None:
        is_typedef = tokens[:1] == ["typedef"]
        if is_typedef:
            tokens = tokens[1:]
        if tokens[0] == "enum" and "{" in tokens:
            begin, end = tokens.index("{"), len(tokens) - 1 - tokens[::-1].index("}")
            name = tokens[end + 1] if is_typedef else tokens[1] if begin == 2 else ""
            self.enum(name, tokens[begin + 1 : end])
        elif tokens[0] == "struct" and "{" in tokens:
            begin, end = tokens.index("{"), len(tokens) - 1 - tokens[::-1].index("}")
            self.structs.pop(tokens[1], None)
            self.structs[tokens[1]] = self.fields(tokens[begin + 1 : end])
            self.order.append(("struct", tokens[1]))
        elif tokens[0] == "struct" and len(tokens) <= 3 and "(" not in tokens:
            self.structs.setdefault(tokens[1], None)
        elif is_typedef:
            for name, kind in self.declarators(tokens):
                self.aliases[name] = kind
                self.order.append(("alias", name))
        else:
            ((name, kind),) = self.declarators(tokens)
            if not isinstance(kind, tuple):
                raise Unread(" ".join(tokens))
            self.functions[name] = kind

    def enum(self, name: str, tokens: list[str]) -> None:
        members, last = [], -1
        for member in split(tokens):
            if len(member) > 1:
                text = " ".join(re.sub(r"[uUlL]+$", "", t) if t[0].isdigit() else t for t in member[2:])
                last = eval(text, {"__builtins__": {}}, dict(self.constants))
            else:
                last += 1
            self.constants[member[0]] = last
            members.append(member[0])
        if name:
            self.enums[name] = members

    def fields(self, tokens: list[str]) -> list[tuple[str, str]]:
        fields = []
        for declaration in split(tokens, ";"):
            fields += self.declarators(declaration)
        return list(zip([name for name, _ in fields], unterminated(fields)))

    def declarators(self, tokens: list[str]) -> list[tuple[str, object]]:
        """`const double *a, *b[3]` as [("a", ...), ("b", ...)]; a function's kind is a pair."""
        tokens = [t for t in tokens if t not in ("const", "struct", "enum", "extern")]
        base, at = tokens[0], 1
        if base == "unsigned" and tokens[1:2] == ["int"]:
            at = 2
        found = []
        for rest in split(tokens[at:]):
            found.append(self.declarator(base, rest))
        return found

    def declarator(self, base: str, tokens: list[str]) -> tuple[str, object]:
        stars = 0
        while tokens and tokens[0] == "*":
            stars, tokens = stars + 1, tokens[1:]
        if tokens[:2] == ["(", "*"]:  # a pointer to a function
            close = tokens.index(")")
            result = self.pointer(base, stars)
            kinds = unterminated(self.parameters(tokens[close + 2 : -1]))
            return tokens[2], f"CFUNCTYPE({', '.join([result, *kinds])})"
        name = tokens[0] if tokens else ""
        tokens = tokens[1:] if tokens else []
        if tokens[:1] == ["("]:
            return name, (self.pointer(base, stars), [kind for _, kind in self.parameters(tokens[1:-1])])
        kind = self.pointer(base, stars)
        sizes = []
        while tokens:
            close = tokens.index("]")
            sizes.append(eval(" ".join(tokens[1:close]) or "0", {"__builtins__": {}}, dict(self.constants)))
            tokens = tokens[close + 1 :]
        for size in reversed(sizes):
            kind = f"{kind} * {size}" if "*" not in kind else f"({kind}) * {size}"
        return name, kind

    def parameters(self, tokens: list[str]) -> list[tuple[str, str]]:
        found = []
        for parameter in split(tokens):
            if parameter in (["void"], ["..."]):
                continue
            ((name, kind),) = self.declarators(parameter)
            array = re.match(r"\(?(.*?)\)? \* \d+$", kind)
            found.append((name, f"POINTER({array.group(1)})" if array else kind))
        return found

    def pointer(self, base: str, stars: int) -> str:
        if stars and base == "char":
            kind, stars = "c_char_p", stars - 1
        elif stars and base == "void":
            kind, stars = "c_void_p", stars - 1
        else:
            kind = NUMBERS.get(base, base if base != "void" else "None")
        for _ in range(stars):
            kind = f"POINTER({kind})"
        return kind


def without_attributes(tokens: list[str]) -> list[str]:
    kept, at = [], 0
    while at < len(tokens):
        if tokens[at] == "__attribute__":
            depth, at = 0, at + 1
            while True:
                depth += {"(": 1, ")": -1}.get(tokens[at], 0)
                at += 1
                if not depth:
                    break
        else:
            kept.append(tokens[at])
            at += 1
    return kept


def unterminated(fields: list[tuple[str, str]]) -> list[str]:
    """The kinds. Text with its length behind it need not end with a zero byte: ctypes must not look for one."""
    followers = [name for name, _ in fields[1:]] + [""]
    return [
        "c_void_p" if kind == "c_char_p" and follower == "length" else kind
        for (_, kind), follower in zip(fields, followers)
    ]


def split(tokens: list[str], at: str = ",") -> list[list[str]]:
    parts, depth = [[]], 0
    for token in tokens:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token, 0)
        if token == at and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


# ---- Python ----


def python_name(name: str) -> str:
    return name + "_" if name in KEYWORDS else name


def as_python(found: Declarations) -> str:
    lines = [
        '"""finnc\'s C interface as ctypes sees it. Made by python/make_abi.py from include/finnc: not to be edited."""',
        "",
    ]
    lines += ["# ruff: noqa", "from ctypes import *  # noqa: F403", ""]
    lines += [f"{name} = {number}" for name, number in found.constants.items()] + [""]
    lines += [f"{name} = c_int" for name in found.enums] + [""]
    lines.append("ENUMS = {")
    lines += [f"    {name!r}: {members!r}," for name, members in found.enums.items()] + ["}", ""]
    for name in found.structs:
        lines += [f"class {name}(Structure):", "    pass", ""]
    for what, name in found.order:
        if what == "alias":
            lines.append(f"{name} = {found.aliases[name]}")
        else:
            lines.append(f"{name}._fields_ = [")
            lines += [f"    ({python_name(field)!r}, {kind})," for field, kind in found.structs[name]]
            lines.append("]")
    records = [name for name, fields in found.structs.items() if fields is not None]
    lines += ["", f"RECORDS = {records!r}", "", "FUNCTIONS = {"]
    for name, (result, parameters) in found.functions.items():
        lines.append(f"    {name!r}: ({result}, [{', '.join(parameters)}]),")
    lines += ["}", ""]
    return "\n".join(lines)


def as_probe(found: Declarations) -> str:
    lines = ["#include <finnc/finnc.h>", "#include <stdio.h>", "int main(void) {"]
    for name in found.constants:
        lines.append(f'    printf("{name} %lld\\n", (long long){name});')
    for name, fields in found.structs.items():
        if fields is None:
            continue
        lines.append(f'    printf("{name} %zu\\n", sizeof(struct {name}));')
        for field, _ in fields:
            lines.append(
                f'    printf("{name}.{field} %zu %zu\\n", offsetof(struct {name}, {field}), '
                f"sizeof(((struct {name} *)0)->{field}));"
            )
    for name in found.enums:
        lines.append(f'    printf("{name} %zu\\n", sizeof({name}));')
    return "\n".join([*lines, "    return 0;", "}", ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cc", default=os.environ.get("CC", "cc"))
    parser.add_argument("-I", dest="includes", action="append", default=[], help="where version.h lies: BUILD/include")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--probe", action="store_true")
    arguments = parser.parse_args()
    found = Declarations()
    found.constants.update(numbers())
    found.read(preprocess(arguments.cc, [HEADERS, *arguments.includes]))
    if arguments.probe:
        print(as_probe(found), end="")
        return 0
    text = as_python(found)
    if not arguments.check:
        with open(TARGET, "w") as file:
            file.write(text)
        return 0
    with open(TARGET) as file:
        if file.read() == text:
            return 0
    print("src/finnc/_abi.py is not what include/finnc says: python/make_abi.py makes it anew", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
