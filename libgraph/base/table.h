/* uthash's tables in a context's memory. Where entries are added or taken away, `memory` is that
 * context; where they are added, a failed allocation sets `failed`. Both are in scope under these
 * names. */
#ifndef FNC_TABLE_H
#define FNC_TABLE_H

#include "alloc.h"
#include "hash.h"

#define HASH_FUNCTION(key, nbytes, hash) ((hash) = (unsigned)fnc_hash((key), (nbytes)))
#define HASH_NONFATAL_OOM                1
#define uthash_fatal(msg)                ((void)0) /* never reached */
#define uthash_malloc(size)              fnc_alloc(memory, (size))
#define uthash_free(ptr, size)           fnc_free(memory, (ptr))
#define uthash_nonfatal_oom(element)     ((void)(failed = true))
#include <uthash.h>

#endif
