/* A pipeline: steps in order, as readers build it and the manager runs it. */
#ifndef FNC_PIPELINE_H
#define FNC_PIPELINE_H

#include "args.h"

/* A pass with its arguments, or (pass NULL) steps repeated until they edit nothing. */
typedef struct fnc_step {
    const finnc_pass *pass;
    const fnc_arg *args;
    const char *group;      /* the label of the innermost named group or recipe; NULL: none */
    struct fnc_step *inner; /* of a fixpoint: its first step */
    struct fnc_step *next;
} fnc_step;

struct finnc_pipeline {
    finnc_ctx *cx;
    fnc_arena arena;
    fnc_step *first;
    size_t total; /* steps, inner ones included */
};

/* What readers hold while they build: where the next step goes, and under which label. Steps nest
 * at most FNC_PIPELINE_MAX_DEPTH deep and are FNC_PIPELINE_MAX_STEPS at most, so that a hostile
 * file costs little. */
typedef struct fnc_builder {
    finnc_ctx *cx;
    finnc_pipeline *pipeline;
    fnc_step **end;
    const char *group;
    int depth;
} fnc_builder;

enum { FNC_PIPELINE_MAX_DEPTH = 32, FNC_PIPELINE_MAX_STEPS = 10000 };

FINNC_MUST_USE finnc_status fnc_pipeline_create(finnc_ctx *cx, finnc_pipeline **pipeline);
FINNC_MUST_USE finnc_status fnc_pipeline_read_bytes(finnc_ctx *cx, const char *yaml, size_t length,
                                                    finnc_pipeline **pipeline);
/* A builder that appends to the pipeline. */
fnc_builder fnc_builder_at_end(finnc_ctx *cx, finnc_pipeline *pipeline);
/* Appends the pass or the recipe of that name; NOT_FOUND "unknown pass" if there is none. `given`:
 * an object or NULL. */
FINNC_MUST_USE finnc_status fnc_builder_add_named(fnc_builder *builder, const char *name,
                                                  const json_t *given);
FINNC_MUST_USE finnc_status fnc_builder_add_pass(fnc_builder *builder, const finnc_pass *pass,
                                                 const json_t *given);
/* Opens a group: what `inner` appends is labelled `name`. */
FINNC_MUST_USE finnc_status fnc_builder_open_group(const fnc_builder *builder, const char *name,
                                                   fnc_builder *inner);
/* Takes over where an inner builder of a group stopped. */
void fnc_builder_close_group(fnc_builder *builder, const fnc_builder *inner);
/* Appends a fixpoint; `inner` fills it. */
FINNC_MUST_USE finnc_status fnc_builder_add_fixpoint(fnc_builder *builder, fnc_builder *inner);

/* The steps of a YAML text (pipeline_yaml.c) and of a line (pipeline_text.c), appended. */
FINNC_MUST_USE finnc_status fnc_builder_read_yaml(fnc_builder *builder, const char *yaml,
                                                  size_t length);
FINNC_MUST_USE finnc_status fnc_builder_read_line(fnc_builder *builder, const char *text);

#endif
