/* What may take the place of a file that lies there already, when a model is written.
 *
 * The file that a user names is replaced. What only goes along with a model, its data and its
 * partitions, is replaced if it is the model's: else it may be another one's, which could not be
 * opened any more or, worse, would compute something else from then on. And nothing takes the place
 * of data that the model itself was read from, unless the model goes back to its own file. */
#ifndef FNC_REPLACE_H
#define FNC_REPLACE_H

#include "file.h"

/* A model on its way to a file. */
typedef struct fnc_replacing {
    finnc_ctx *cx;
    const finnc_model *model;
    const char *path; /* where to */
    finnc_model *old; /* what is there now; NULL: no model */
    bool has_looked;  /* for it */
} fnc_replacing;

static inline void fnc_replacing_init(fnc_replacing *r, finnc_ctx *cx, const finnc_model *model,
                                      const char *path)
{
    *r = (fnc_replacing){.cx = cx, .model = model, .path = path};
}
void fnc_replacing_clear(fnc_replacing *r);

/* May the model itself go there? */
FINNC_MUST_USE finnc_status fnc_replacing_check(const fnc_replacing *r);
/* May data of the model, all written anew, take the place of `target`, which is there? Yes if the
 * model that is replaced as well had its data there. */
FINNC_MUST_USE finnc_status fnc_replacing_check_data(fnc_replacing *r, const char *target);
/* The model that is replaced, read once somebody asks; NULL: there is none that can be read. */
FINNC_MUST_USE finnc_status fnc_replacing_find_old(fnc_replacing *r, const finnc_model **old);
/* `target` is there and may not be replaced. */
FINNC_COLD finnc_status fnc_replacing_refuse(const fnc_replacing *r, const char *target);

#endif
