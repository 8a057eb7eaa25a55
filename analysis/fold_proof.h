/* Why a design cannot be better: of which budget, layer or width there is not enough. */
#ifndef FNC_FOLD_PROOF_H
#define FNC_FOLD_PROOF_H

#include "fold.h"

/* Of what a query without an answer would take more than there is. */
typedef struct fnc_fold_lack {
    finnc_fold_limit limit; /* LAYER, WIDTHS or BUDGET */
    size_t layer;           /* LAYER: which one cannot be that fast */
    finnc_resource resource;
    double needed;               /* at the least, within the budgets of `kept` */
    bool kept[FINNC_NRESOURCES]; /* all of them matter: without one there is an answer */
    fnc_fold_solution nearest;   /* the design that takes `needed` */
} fnc_fold_lack;

FINNC_MUST_USE finnc_status fnc_fold_explain(fnc_fold_space *space, const fnc_fold_query *query,
                                             fnc_fold_lack *lack);
/* "51200 LUTs, with no more than 280 BRAMs" and such; returns `text`. */
enum { FNC_FOLD_TEXT_MAX = 240 };
const char *fnc_fold_lack_text(const fnc_fold_query *query, const fnc_fold_lack *lack,
                               char text[FNC_FOLD_TEXT_MAX]);
/* "MVAU_hls_3 at SIMD 32, PE 8"; returns `text`. */
const char *fnc_fold_choice_text(const fnc_fold_layer *layer, const fnc_fold_choice *choice,
                                 char text[FNC_FOLD_TEXT_MAX]);

/* Why it cannot be faster: ", the least it can" and such. */
const char *fnc_fold_why_least(const fnc_fold_layer *layer);

/* The first layer that takes the most cycles; and those cycles. */
size_t fnc_fold_slowest(const fnc_fold_space *space, const fnc_fold_solution *solution,
                        int64_t *cycles);

/* What keeps the answer to `query` from being better: if `is_target`, from being cheaper, otherwise
 * from being faster. */
FINNC_MUST_USE finnc_status fnc_fold_prove(fnc_fold_space *space, const fnc_fold_query *query,
                                           const fnc_fold_solution *solution, bool is_target,
                                           finnc_fold_proof *proof);

#endif
