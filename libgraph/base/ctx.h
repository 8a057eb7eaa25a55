/* The context's body, for base alone. */
#ifndef FNC_CTX_H
#define FNC_CTX_H

#include "compiler.h"

#include <stdatomic.h>

enum { FNC_MAX_PLACES = 32, FNC_MESSAGE_SIZE = 2048 };

typedef struct fnc_place_entry {
    const char *kind, *name, *detail;
} fnc_place_entry;

struct finnc_ctx {
    finnc_ctx_options options;
    atomic_uint_fast64_t live_bytes, peak_bytes;
    atomic_bool cancelled;
    const finnc_ctx *parent; /* of a worker's: who is cancelled with it; NULL: none */
    double seconds;          /* that are allowed; 0: any number */
    int64_t deadline; /* when they are over, in nanoseconds of the monotonic clock; 0: never */
    fnc_place_entry places[FNC_MAX_PLACES];
    int nplaces; /* may pass FNC_MAX_PLACES: the deepest ones are not remembered */
    char message[FNC_MESSAGE_SIZE];
};

#endif
