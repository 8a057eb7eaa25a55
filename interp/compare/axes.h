/* The same elements with their axes in another order: channels first and channels last. */
#ifndef FNC_AXES_H
#define FNC_AXES_H

#include <finnc/graph.h>

/* Has a tensor of shape `from_dims` to be transposed to stand as `to`? If so, axis i of the result
 * is axis perm[i] of it. The annotated layouts tell ("NHWC"; NULL: none); where they do not, or
 * tell what cannot be, which happens in files, the shapes do, unless they are the same as they
 * are. Dimensions of `to_dims` that are -1 are not known. */
bool fnc_axes_differ(int rank, const int64_t *to_dims, const char *to, const int64_t *from_dims,
                     const char *from, int *perm);

/* `tensor`, which is of value `from`, with its axes in the order of `like`, which is of value `to`:
 * itself, retained, where that is so. */
FINNC_MUST_USE finnc_status fnc_axes_align(finnc_ctx *cx, const finnc_value *to,
                                           const finnc_tensor *like, const finnc_value *from,
                                           const finnc_tensor *tensor, finnc_tensor **aligned);

#endif
