/* What the parts of finnc_model_examine tell. */
#ifndef FNC_FINDINGS_H
#define FNC_FINDINGS_H

#include <finnc/check.h>

#include <base/compiler.h>

typedef struct fnc_findings {
    finnc_ctx *cx;
    finnc_finding_fn found;
    void *user;
    const char *where;   /* stands before each text: the partition that is looked at; "" */
    size_t *npartitions; /* looked into so far, in all */
} fnc_findings;

FINNC_PRINTF(3, 4)
FINNC_MUST_USE finnc_status fnc_findings_tell(const fnc_findings *f, bool is_error,
                                              const char *format, ...);

/* Ops, attributes and versions that nobody knows (check_known.c). */
FINNC_MUST_USE finnc_status fnc_check_known(const fnc_findings *f, const finnc_model *model);

#endif
