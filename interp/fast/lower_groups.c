/* Products whose weights are zeros but for blocks on the diagonal: so FINN lowers depthwise
 * convolutions. */
#include "lower.h"

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Does output channel `o` of `groups` see nothing but its own? */
static bool keeps_to_group(const int8_t *w, int64_t taps, int64_t depth, int64_t first,
                           int64_t share)
{
    for (int64_t i = 0; i < taps * depth; i++)
        if (w[i] && (i % depth < first || i % depth >= first + share))
            return false;
    return true;
}

static bool are_groups(const int8_t *weights, int64_t channels, int64_t taps, int64_t depth,
                       int64_t groups)
{
    int64_t each = channels / groups, share = depth / groups;
    for (int64_t o = 0; o < channels; o++)
        if (!keeps_to_group(weights + o * taps * depth, taps, depth, o / each * share, share))
            return false;
    return true;
}

int64_t fnc_lower_groups(int8_t *weights, int64_t channels, int64_t taps, int64_t *depth)
{
    const int64_t most = common_divisor(channels, *depth);
    int64_t groups = most, at = 0;
    while (groups > 1 && (most % groups || !are_groups(weights, channels, taps, *depth, groups)))
        groups--;
    if (groups <= 1)
        return 1;
    int64_t each = channels / groups, share = *depth / groups;
    for (int64_t o = 0; o < channels; o++)
        for (int64_t t = 0; t < taps; t++)
            for (int64_t c = 0; c < share; c++)
                weights[at++] = weights[(o * taps + t) * *depth + o / each * share + c];
    *depth = share;
    return groups;
}
