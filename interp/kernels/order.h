/* Sorting by a comparison, in scratch that the caller has. */
#ifndef FNC_ORDER_H
#define FNC_ORDER_H

#include "../kernel.h"

/* Below 0: item `a` comes before item `b`; 0: either may. */
typedef int fnc_compare(const void *items, int64_t a, int64_t b);

/* Sorts the item numbers order[0..n-1]; equal items stay as they stand. `spare` has room for n. */
void fnc_order(int64_t *order, int64_t *spare, int64_t n, fnc_compare *compare, const void *items);

/* How two byte strings compare, shorter before longer: of UTF-8, in the order of code points. */
int fnc_compare_strings(finnc_string a, finnc_string b);

#endif
