/* Where keys of files go in hash tables: by a secret of the process, so that nobody can write a
 * file whose keys all meet. No answer may depend on it. */
#ifndef FNC_HASH_H
#define FNC_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t fnc_hash(const void *data, size_t nbytes);

#endif
