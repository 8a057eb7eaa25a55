/* What commands about hardware have in common: a model whose layers are bound and folded. */
#ifndef CLI_HARDWARE_H
#define CLI_HARDWARE_H

#include "cli.h"

/* The options that cli_hardware_read and cli_part read. */
#define CLI_HARDWARE_OPTIONS                                                                       \
    {"part", 'p', CLI_TEXT, "PART", "the FPGA, or a board's name; Pynq-Z1 if it is not said", 0},  \
        {"passes", 0, CLI_PASSES, "PASSES", "run these passes on a copy of the model before", 0},  \
    {                                                                                              \
        "folding", 'f', CLI_FILE, "FILE", "a folding file: PE, SIMD, ... by node", 0               \
    }

/* The words for help that go with them. */
#define CLI_HARDWARE_ABOUT                                                                         \
    "Works on hardware layers, as FINN's conversion makes them; where the model has one "          \
    "partition, on the layers in it. Layers that are not bound to HLS or RTL are bound first "     \
    "(SpecializeLayers), and named where they have no names; --passes makes layers of a model "    \
    "that has none yet, --folding is FINN's file of PE and SIMD by node (ApplyConfig)."

FINNC_MUST_USE finnc_status cli_part(cli *c, finnc_part *part);
/* Reads operand 0 and makes its layers ready. `model` is the partition's if there is one; the
 * caller's, also on failure NULL. */
FINNC_MUST_USE finnc_status cli_hardware_read(cli *c, const finnc_part *part, finnc_model **model);

#endif
