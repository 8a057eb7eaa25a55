/* Files that are replaced together: first all are written under temporary names, then all are put
 * in place; if that fails half-way, the old ones come back. */
#ifndef FNC_FILE_SET_H
#define FNC_FILE_SET_H

#include "file.h"

typedef struct fnc_file_set {
    finnc_ctx *cx;
    fnc_arena arena;
    struct fnc_set_file *last;     /* begun last, and put in place first */
    struct fnc_set_file *by_path;  /* uthash: the files that there are */
    struct fnc_set_folder *folder; /* made last */
} fnc_file_set;

void fnc_file_set_init(fnc_file_set *set, finnc_ctx *cx);
/* Who wants a file: NULL, or something that lives as long as the set. */
typedef struct fnc_file_owner {
    const void *who;
    const char *source; /* the file that is copied; NULL: none is */
} fnc_file_owner;
/* Is a file begun or kept there, by whatever path? For the same owner, or from the same source,
 * once is enough; for another one it is a failure. */
FINNC_MUST_USE finnc_status fnc_file_set_find(fnc_file_set *set, const char *path,
                                              fnc_file_owner owner, bool *found);
/* What lies there is needed as it is: it fails if a file was begun there, and beginning one fails
 * from now on. */
FINNC_MUST_USE finnc_status fnc_file_set_keep(fnc_file_set *set, const char *path);
/* Makes `path` and the folders around it where they are missing. */
FINNC_MUST_USE finnc_status fnc_file_set_folder(fnc_file_set *set, const char *path);
/* A file that is put in place after those that are begun later, since it may refer to them; it
 * fails if one was begun or kept there. The set ends it; the caller gives it its bytes, and may
 * finish it.
 */
FINNC_MUST_USE finnc_status fnc_file_set_begin(fnc_file_set *set, const char *path,
                                               fnc_file_owner owner, fnc_file_out **out);
/* Puts all in place, or none. Either of the two ends the set. */
FINNC_MUST_USE finnc_status fnc_file_set_commit(fnc_file_set *set);
/* Leaves everything as it was. */
void fnc_file_set_drop(fnc_file_set *set);

#endif
