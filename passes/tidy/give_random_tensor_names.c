/* Names of six letters that mean nothing, the same ones in every run. */
#include "pass.h"

enum { NAME_LENGTH = 6 };

/* SplitMix64: well mixed from any seed. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void make_name(uint64_t *state, char name[NAME_LENGTH + 1])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    uint64_t bits = next_random(state);
    /* The first one is a letter, so that the name is one in ONNX's textual syntax too. */
    name[0] = letters[bits % 52];
    bits /= 52;
    for (int i = 1; i < NAME_LENGTH; i++, bits /= 62)
        name[i] = letters[bits % 62];
    name[NAME_LENGTH] = '\0';
}

static finnc_status give_names(finnc_pass_run *run, finnc_graph *graph)
{
    uint64_t state = 0;
    finnc_foreach_value (value, graph) {
        char name[NAME_LENGTH + 1];
        make_name(&state, name);
        FINNC_TRY(finnc_value_claim_name(finnc_pass_ctx(run), value, name));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_give_random_tensor_names = {
    .name = "GiveRandomTensorNames",
    .summary = "gives tensors meaningless names of six letters",
    .upstream = "qonnx.transformation.general",
    .notes = "For hiding where names came from. The names come from a fixed seed: the same model "
             "gives the same names in every run, unlike upstream.",
    .flags = FINNC_PASS_CHANGES_IO,
    .run = give_names,
};
