#!/usr/bin/env python3
"""Holds the records of ONNX's operators (finnc ops --json) against the standard's own, version by version: which
inputs, outputs and attributes there are, which of them are needed, which repeat with types of their own, and kinds and
defaults of attributes."""

import argparse
import json
import subprocess
import sys

from onnx import defs, helper

FLT_MAX = 3.4028234663852886e38
Option = defs.OpSchema.FormalParameterOption

# What differs on purpose: the op, the words of the difference, and why.
EXPLAINED = [
    ("BatchNormalization", "attribute consumed_inputs: needed", "it has no meaning"),
    ("Reshape", "attribute shape: not needed", "without it there is nothing to do"),
    ("LpPool", "attribute kernel_shape: not needed", "nobody says what the window would be without it"),
    ("GRU", "output Y_h: needed", "of version 1, by mistake"),
    ("Gemm", "input C: needed", "before version 11; a product without a sum is one all the same"),
    ("Loop", "input v_initial: needed", "before version 11; a loop that carries nothing is one all the same"),
    ("OptionalHasElement", "input input: needed", "before version 18; nothing is there then, either"),
    ("Resize", "input roi: needed", "version 10 has the scales there, version 11 takes an empty one"),
    ("Resize", "input scales: needed", "version 11 takes an empty one"),
    ("Scan", "input initial_state_and_scan_inputs: needed", "version 8 has lengths before them, which may be absent"),
    ("Scan", "inputs: 1, the standard has 2", "version 8 has lengths before the others"),
    ("Concat", "attribute axis: 1 if absent, the standard has nothing", "version 1 says so in words"),
    ("Split", "attribute axis: 0 if absent, the standard has nothing", "version 1 leaves it open"),
    ("GRU", "attribute direction: forward if absent, the standard has foward", "a slip of version 1"),
    ("Clip", f"attribute min: nothing if absent, the standard has {-FLT_MAX!r}", "for all but floats there is no bound"),
    ("Clip", f"attribute max: nothing if absent, the standard has {FLT_MAX!r}", "for all but floats there is no bound"),
    ("Split", "inputs: 2, the standard has 1", "versions 1 and 13 have the sizes, those between have not"),
]


def has(row, version):
    until = row.get("until")
    return row.get("since", 0) <= version and (until is None or version < until)


def is_same(mine, other):
    """Are two defaults the same, as far as a float tells?"""
    if isinstance(mine, float) and isinstance(other, float):
        return abs(mine - other) <= 1e-7 * max(abs(mine), abs(other))
    return mine == other and type(mine) is type(other)


def default_of(attribute):
    if not attribute.default_value.type:
        return None
    value = helper.get_attribute_value(attribute.default_value)
    if isinstance(value, list):
        return [v.decode() if isinstance(v, bytes) else v for v in value]
    return value.decode() if isinstance(value, bytes) else value


def attribute_differences(mine, schema):
    """The same of an attribute that both have."""
    name, kind = mine["name"], schema.type.name.replace("_", "")
    if mine["kind"].replace("_", "") not in (kind, "UNDEFINED"):
        yield f"attribute {name}: {mine['kind']}, the standard has {kind}"
    if mine["required"] != schema.required:
        yield f"attribute {name}: {'not ' if mine['required'] else ''}needed"
    fallback, standard = json.loads(mine.get("default", "null")), default_of(schema)
    if not is_same(fallback, standard):
        words = ["nothing" if d is None else d for d in (fallback, standard)]
        yield f"attribute {name}: {words[0]} if absent, the standard has {words[1]}"


def differences(op, version, schema):
    """What a record says of a version, where the standard says something else."""
    mine = {a["name"]: a for a in op["attributes"] if has(a, version)}
    for name in sorted(set(mine) ^ set(schema.attributes)):
        yield f"attribute {name}: {'not ' if name in mine else ''}in the standard"
    for name in sorted(set(mine) & set(schema.attributes)):
        yield from attribute_differences(mine[name], schema.attributes[name])
    for kind in ("inputs", "outputs"):
        formals, standard = [f for f in op[kind] if has(f, version)], list(getattr(schema, kind))
        if len(formals) != len(standard):
            yield f"{kind}: {len(formals)}, the standard has {len(standard)}"
            continue
        for formal, other in zip(formals, standard):
            repeats = other.option == Option.Variadic
            is_optional = other.min_arity == 0 if repeats else other.option == Option.Optional
            if formal["variadic"] != repeats:
                yield f"{kind[:-1]} {formal['name']}: {'repeats' if repeats else 'does not repeat'}"
            if formal["mixed"] != (repeats and not other.is_homogeneous):
                yield f"{kind[:-1]} {formal['name']}: {'of one type' if formal['mixed'] else 'of mixed types'}"
            if formal["optional"] != is_optional:
                yield f"{kind[:-1]} {formal['name']}: {'needed' if formal['optional'] else 'not needed'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--finnc", default="build/release/finnc")
    opt = parser.parse_args()
    answer = subprocess.run([opt.finnc, "ops", "--json"], check=True, capture_output=True)
    records = {(op["domain"], op["name"]): op for op in json.loads(answer.stdout)["ops"]}
    explained = {(name, words) for name, words, _ in EXPLAINED}
    count, wrong, used = 0, [], set()
    for schema in defs.get_all_schemas_with_history():
        op = records.get((schema.domain or "ai.onnx", schema.name))
        if not op:
            continue
        count += 1
        for words in differences(op, schema.since_version, schema):
            if (schema.name, words) in explained:
                used.add((schema.name, words))
            else:
                wrong.append(f"{schema.name} {schema.since_version}: {words}")
    wrong += [f"{name}: '{words}' is explained, and does not differ" for name, words in sorted(explained - used)]
    print("\n".join([*wrong, f"records: {count} versions of ONNX's operators, {len(wrong)} differ"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
