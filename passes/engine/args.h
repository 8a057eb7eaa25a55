/* A pass's arguments, checked against its parameters. */
#ifndef FNC_ARGS_H
#define FNC_ARGS_H

#include <base/arena.h>

#include <finnc/pass.h>

#include <jansson.h>

/* One per parameter, in the pass's order. */
typedef struct fnc_arg {
    int64_t i;        /* INT */
    double f;         /* FLOAT */
    bool b;           /* BOOL */
    const char *s;    /* STRING; NULL for null */
    const char *json; /* any kind */
} fnc_arg;

/* Checks `given` (an object; NULL: nothing is) and fills in the fallbacks. `args` is in the arena,
 * NULL for a pass without parameters. */
FINNC_MUST_USE finnc_status fnc_args_read(finnc_ctx *cx, fnc_arena *arena, const finnc_pass *pass,
                                          const json_t *given, const fnc_arg **args);
/* The index of a parameter; the name has to be one of the pass's. */
size_t fnc_param_index(const finnc_pass *pass, const char *param);
size_t fnc_pass_nparams(const finnc_pass *pass);
/* "an integer", ...: how messages call a JSON value. */
const char *fnc_json_kind(const json_t *value);

#endif
