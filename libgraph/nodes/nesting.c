#include "nesting.h"

finnc_status fnc_check_nesting(finnc_ctx *cx, int depth, size_t count)
{
    if (depth >= FINNC_PARTITION_DEPTH)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "partitions lie more than %d deep: does one contain itself?",
                          FINNC_PARTITION_DEPTH);
    if (count >= FINNC_PARTITION_COUNT)
        return finnc_fail(cx, FINNC_BAD_VALUE, "there are more than %d partitions",
                          FINNC_PARTITION_COUNT);
    return FINNC_OK;
}
