#!/usr/bin/env python3
"""Holds the records of ONNX's operators (finnc ops --json) against the standard's own, version by version: which
inputs, outputs and attributes there are, and which of them are needed."""

import argparse
import json
import subprocess
import sys

from onnx import defs

# What differs on purpose: the op, the words of the difference, and why.
EXPLAINED = [
    ("BatchNormalization", "attribute consumed_inputs: needed", "it has no meaning"),
    ("Constant", "attribute value: needed", "exactly one of its attributes is, which the record's check holds it to"),
    ("Concat", "attribute axis: needed", "from version 4 on, which the record's check holds it to"),
    ("Reshape", "attribute shape: not needed", "without it there is nothing to do"),
    ("LpPool", "attribute kernel_shape: not needed", "nobody says what the window would be without it"),
    ("GRU", "output Y_h: needed", "of version 1, by mistake"),
    ("Gemm", "input C: needed", "before version 11; a product without a sum is one all the same"),
    ("OptionalHasElement", "input input: needed", "before version 18; nothing is there then, either"),
    ("Resize", "input roi: needed", "version 10 has the scales there, version 11 takes an empty one"),
    ("Resize", "input scales: needed", "version 11 takes an empty one"),
    ("Scan", "inputs: 1, the standard has 2", "version 8 has lengths before the others"),
    ("Split", "inputs: 2, the standard has 1", "versions 1 and 13 have the sizes, those between have not"),
]


def has(row, version):
    until = row.get("until")
    return row.get("since", 0) <= version and (until is None or version < until)


def differences(op, version, schema):
    """What a record says of a version, where the standard says something else."""
    mine = {a["name"]: a["required"] for a in op["attributes"] if has(a, version)}
    for name in sorted(set(mine) ^ set(schema.attributes)):
        yield f"attribute {name}: {'not ' if name in mine else ''}in the standard"
    for name in sorted(set(mine) & set(schema.attributes)):
        if mine[name] != schema.attributes[name].required:
            yield f"attribute {name}: {'not ' if mine[name] else ''}needed"
    for kind in ("inputs", "outputs"):
        formals, standard = [f for f in op[kind] if has(f, version)], list(getattr(schema, kind))
        if len(formals) != len(standard):
            yield f"{kind}: {len(formals)}, the standard has {len(standard)}"
            continue
        for formal, other in zip(formals, standard):
            is_optional = other.option == defs.OpSchema.FormalParameterOption.Optional
            if not formal["variadic"] and formal["optional"] != is_optional:
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
