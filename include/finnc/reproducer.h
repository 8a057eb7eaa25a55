/* A failure that can be run again: a folder with the model before the step that failed, that step,
 * the inputs that showed it, and what was said (docs/debugging-a-flow.md). */
#ifndef FINNC_REPRODUCER_H
#define FINNC_REPRODUCER_H

#include <finnc/pass.h>

FINNC_BEGIN_DECLS

enum { FINNC_REPRODUCER_WORDS_MAX = 1024 };

/** Makes the folder, or takes an empty one. `model` is what finnc_transform left behind when it
 * failed: as before the step. `options` are those of the run, with `failure` filled in by it;
 * `message` is what was said. Fails with BAD_FILE (the folder cannot be made, holds something). */
FINNC_API FINNC_MUST_USE finnc_status finnc_reproducer_write(finnc_ctx *cx, const char *folder,
                                                             const finnc_model *model,
                                                             const finnc_pipeline *pipeline,
                                                             const finnc_transform_options *options,
                                                             const char *message);

/** What became of it. Texts are cut where longer. */
typedef struct finnc_replayed {
    bool fails;   /**< it still does ... */
    bool is_same; /**< ... for the same cause, in the same pass */
    finnc_failure_cause cause, recorded_cause;
    char pass[128], recorded_pass[128];
    uint64_t rewrite, recorded_rewrite; /**< the last one begun, counted in this step */
    char message[FINNC_REPRODUCER_WORDS_MAX], recorded_message[FINNC_REPRODUCER_WORDS_MAX];
    char recorded_version[32]; /**< of finnc */
} finnc_replayed;

/** Runs the step of such a folder on its model, as it was run. FINNC_OK whether it fails or not;
 * BAD_FILE, NOT_FOUND: the folder is none. UNSUPPORTED: it failed verification, and now there is
 * nothing that could be verified. `hear` (with `user`) gets the remarks; may be NULL. */
FINNC_API FINNC_MUST_USE finnc_status finnc_replay(finnc_ctx *cx, const char *folder,
                                                   void (*hear)(void *user,
                                                                const finnc_remark *remark),
                                                   void *user, finnc_replayed *replayed);

FINNC_END_DECLS
#endif
