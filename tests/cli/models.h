/* Small models in ONNX's textual syntax, for the tests of commands. */
#ifndef TESTS_CLI_MODELS_H
#define TESTS_CLI_MODELS_H

/* y = relu(2 * x) */
#define TWICE                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 11]>\n"                                                 \
    "twice (float[1,4] x) => (float[1,4] y) <float[1] two = {2}>\n"                                \
    "{\n"                                                                                          \
    "    doubled = Mul(x, two)\n"                                                                  \
    "    y = Relu(doubled)\n"                                                                      \
    "}\n"

/* The same, with an Identity on the way and other names inside. */
#define TWICE_IDENTITY                                                                             \
    "<ir_version: 8, opset_import: [\"\" : 11]>\n"                                                 \
    "twice (float[1,4] x) => (float[1,4] y) <float[1] zwei = {2}>\n"                               \
    "{\n"                                                                                          \
    "    same = Identity(x)\n"                                                                     \
    "    more = Mul(same, zwei)\n"                                                                 \
    "    y = Relu(more)\n"                                                                         \
    "}\n"

/* y = relu(3 * x) */
#define THRICE                                                                                     \
    "<ir_version: 8, opset_import: [\"\" : 11]>\n"                                                 \
    "twice (float[1,4] x) => (float[1,4] y) <float[1] two = {3}>\n"                                \
    "{\n"                                                                                          \
    "    doubled = Mul(x, two)\n"                                                                  \
    "    y = Relu(doubled)\n"                                                                      \
    "}\n"

/* Takes the second of a sequence, and what an optional holds. */
#define ITEMS                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 17]>\n"                                                 \
    "items (seq(float[2]) x, optional(float[2]) z) => (float[2] y, seq(float[2]) w)\n"             \
    "<int64 one = {1}>\n"                                                                          \
    "{\n"                                                                                          \
    "    second = SequenceAt(x, one)\n"                                                            \
    "    same = Identity(second)\n"                                                                \
    "    held = OptionalGetElement(z)\n"                                                           \
    "    y = Add(same, held)\n"                                                                    \
    "    w = SequenceInsert(x, y)\n"                                                               \
    "}\n"

/* An op that nobody knows. */
#define UNHEARD_OF                                                                                 \
    "<ir_version: 8, opset_import: [\"\" : 11, \"some.where\" : 1]>\n"                             \
    "g (float[1,4] x) => (float[1,4] y)\n"                                                         \
    "{\n"                                                                                          \
    "    y = some.where.Frobnicate(x)\n"                                                           \
    "}\n"

#endif
