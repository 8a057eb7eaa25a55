"""Graphs on which a pass finds something to do: the pictures of its test, many times over.

A pass's test (tests/passes/ROOM/NAME.c) shows small graphs before and after. The preprocessor puts their texts together, finnc reads them, and
`side_by_side`, `forked` and `in_a_row` write graphs of any size of one: copies that have nothing in common but the graph, that all read the same
input, or each behind the one before.
"""
import os, re, subprocess

import onnx

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
# For passes whose test has no picture that fits: something of everything.
MIXED = """<ir_version: 8, opset_import: ["" : 13, "qonnx.custom_op.general" : 1]>
g (float[1,4] x {INT4}) => (float[1,4] y) <float s = {0.5}, float[4,4] w {INT2} = {1,0,1,-1,0,1,1,1,-1,0,1,1,0,0,1,1}, float[4] b = {1,2,3,4},
    float[4,3] t = {0,1,2,0,1,2,0,1,2,0,1,2}> {
    a = Mul(x, s) c = MatMul(a, w) d = Add(c, b) f = Relu(d) g = Neg(d) h = Add(f, g)
    y = qonnx.custom_op.general.MultiThreshold<out_dtype = "UINT2">(h, t)
}"""
CALL = re.compile(r"\bcheck_pass(?:_unrun)?_at\(")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def snake(name):
    """MoveScalarMulPastConv is in move_scalar_mul_past_conv.c, whose name the list knows: the same letters."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def source_of(room, name):
    folder = os.path.join(ROOT, "tests", "passes", room)
    for file in os.listdir(folder) if os.path.isdir(folder) else ():
        if file.endswith(".c") and snake(file[:-2]) == snake(name):
            return os.path.join(folder, file)
    return None


def arguments(text, at):
    """The arguments of a call whose '(' lies before `at`, as texts."""
    found, depth, start, i = [], 0, at, at
    while True:
        c = text[i]
        if c == '"':
            i = LITERAL.match(text, i).end()
            continue
        if c in "([{":
            depth += 1
        elif c in ")]}":
            if depth == 0:
                return found + [text[start:i]]
            depth -= 1
        elif c == "," and depth == 0:
            found.append(text[start:i])
            start = i + 1
        i += 1


def words(argument):
    """The text of string literals that stand together; None if it is something else."""
    literals = LITERAL.findall(argument)
    if not literals or LITERAL.sub("", argument).strip(" \n\t()"):
        return None
    return "".join(literals).encode().decode("unicode_escape")


def pictures(room, name):
    """(passes, text) for each graph in the pass's test that it changes."""
    source = source_of(room, name)
    if not source:
        return
    folders = ["tests/plain", "tests", "include", "libgraph", "passes", "."]
    text = subprocess.run(["cc", "-E", "-P", '-DFNC_SOURCE_DIR="."', *(f"-I{os.path.join(ROOT, f)}" for f in folders), source],
                          capture_output=True, text=True).stdout
    for call in CALL.finditer(text):
        if text[:call.start()].rstrip().endswith("void"):  # the declaration
            continue
        given = [words(a) for a in arguments(text, call.end())]
        texts = [g for g in given[2:] if g is not None]
        if len(texts) == 3 and texts[1] != texts[2]:
            yield texts[0], texts[1]


# ---- many of one ----
# Where messages of protobuf stand one behind the other they are one message with all their elements: copies are bytes, with a number put in.

HERE, BEFORE = "_#######", "_@@@@@@@"


def numbered(name, index):
    return f"{name}_{index:07d}"


def rename(graph, names):
    for node in graph.node:
        for lists in (node.input, node.output):
            for i, name in enumerate(lists):
                lists[i] = names.get(name, name)
        node.name = node.name and node.name + HERE
        for attribute in node.attribute:
            if attribute.HasField("g"):
                rename(attribute.g, names)
    for values in (graph.input, graph.output, graph.value_info, graph.initializer):
        for value in values:
            value.name = names.get(value.name, value.name)
    for annotation in graph.quantization_annotation:
        annotation.tensor_name = names.get(annotation.tensor_name, annotation.tensor_name)


def names_of(graph):
    found = {v.name for values in (graph.input, graph.output, graph.value_info, graph.initializer) for v in values}
    return found | {o for n in graph.node for o in n.output if o} | {n.name for n in graph.node if n.name}


def part_of(model, names):
    graph = onnx.GraphProto()
    graph.CopyFrom(model.graph)
    rename(graph, names)
    graph.ClearField("name")
    graph.ClearField("doc_string")
    return graph


def write(model, path, parts):
    frame = onnx.ModelProto()
    frame.CopyFrom(model)
    frame.ClearField("graph")
    graph = onnx.GraphProto(name="g").SerializeToString() + b"".join(parts)
    with open(path, "wb") as file:
        file.write(frame.SerializeToString() + b"\x3a" + length(len(graph)) + graph)  # ModelProto.graph, field 7


def length(n):
    digits = []
    while True:
        digits.append(n & 127 | (128 if n > 127 else 0))
        n >>= 7
        if not n:
            return bytes(digits)


def stamp(part, index):
    return part.replace(HERE.encode(), b"_%07d" % index).replace(BEFORE.encode(), b"_%07d" % (index - 1 if index else 9999999))


def side_by_side(model, count, path):
    part = part_of(model, {name: name + HERE for name in names_of(model.graph)}).SerializeToString()
    write(model, path, [stamp(part, i) for i in range(count)])


def forked(model, count, path):
    """Side by side, but all of one graph input: a value with `count` times the users."""
    held = {t.name for t in model.graph.initializer}
    shared = [v.name for v in model.graph.input if v.name not in held]
    part = part_of(model, {name: name if name in shared else name + HERE for name in names_of(model.graph)})
    inputs = onnx.GraphProto()
    inputs.input.extend(v for v in part.input if v.name in shared)
    inputs.quantization_annotation.extend(a for a in part.quantization_annotation if a.tensor_name in shared)
    for v in inputs.input:
        part.input.remove(v)
    for a in inputs.quantization_annotation:
        part.quantization_annotation.remove(a)
    part = part.SerializeToString()
    write(model, path, [inputs.SerializeToString(), *(stamp(part, i) for i in range(count))])


def link(model):
    """The input and the output by which copies can follow each other; None: there are no such two."""
    held = {t.name for t in model.graph.initializer}
    for x in model.graph.input:
        for y in model.graph.output:
            if x.name not in held and x.name != y.name and x.type == y.type:
                return x.name, y.name
    return None


def in_a_row(model, count, path):
    """Each copy gets the output of the one before. Where there are other outputs, they stay outputs."""
    x, y = link(model)
    names = {name: name + HERE for name in names_of(model.graph)}
    names[x] = y + BEFORE
    graph, ends = part_of(model, names), onnx.GraphProto()
    ends.input.extend(v for v in graph.input if v.name == names[x])
    ends.output.extend(v for v in graph.output if v.name == names[y])
    graph.value_info.extend(ends.output)
    for values, name in ((graph.input, names[x]), (graph.output, names[y])):
        values.remove(next(v for v in values if v.name == name))
    for annotation in [a for a in graph.quantization_annotation if a.tensor_name == names[x]]:
        ends.quantization_annotation.append(annotation)
        graph.quantization_annotation.remove(annotation)
    part = graph.SerializeToString()
    first, last = onnx.GraphProto(), onnx.GraphProto()
    first.input.extend(ends.input)
    first.quantization_annotation.extend(ends.quantization_annotation)
    last.output.extend(ends.output)
    write(model, path, [stamp(first.SerializeToString(), 0), *(stamp(part, i) for i in range(count)), stamp(last.SerializeToString(), count - 1)])


def spread(value, names, count):
    """Arguments that name tensors or nodes, for all copies."""
    if isinstance(value, dict):
        given = {k: spread(v, names, count) for k, v in value.items()}
        named = {k: v for k, v in given.items() if k in names}
        rest = {k: v for k, v in given.items() if k not in names}
        return {**rest, **{numbered(k, i): v for i in range(count) for k, v in named.items()}}
    return numbered(value, 0) if isinstance(value, str) and value in names else value
