/* The few numbers of a TIFF's first directory that its reader does not heed. */
#include "image.h"

#include <string.h>

typedef struct tiff {
    const uint8_t *data;
    size_t nbytes;
    bool is_big_endian, is_big; /* BigTIFF: offsets and counts of 64 bits */
} tiff;

/* `n` bytes at `at` as a number; false beyond the end. */
static bool take(const tiff *t, uint64_t at, size_t n, uint64_t *number)
{
    *number = 0;
    if (at > t->nbytes || n > t->nbytes - at)
        return false;
    for (size_t i = 0; i < n; i++)
        *number = *number << 8 | t->data[at + (t->is_big_endian ? i : n - 1 - i)];
    return true;
}

static bool begin(tiff *t)
{
    uint64_t version;
    if (t->nbytes < 4 || (memcmp(t->data, "II", 2) != 0 && memcmp(t->data, "MM", 2) != 0))
        return false;
    t->is_big_endian = t->data[0] == 'M';
    (void)take(t, 2, 2, &version);
    t->is_big = version == 43;
    return version == 42 || version == 43;
}

size_t fnc_tiff_find(const uint8_t *data, size_t nbytes, unsigned tag, unsigned *value)
{
    tiff t = {.data = data, .nbytes = nbytes};
    uint64_t at, nentries, found, type, count, number;
    if (!begin(&t) || !take(&t, t.is_big ? 8 : 4, t.is_big ? 8 : 4, &at) ||
        !take(&t, at, t.is_big ? 8 : 2, &nentries))
        return 0;
    const size_t word = t.is_big ? 8 : 4, entry = 4 + 2 * word;
    at += t.is_big ? 8 : 2;
    for (; nentries && take(&t, at, 2, &found); nentries--, at += entry) {
        if (found != tag)
            continue;
        if (!take(&t, at + 2, 2, &type) || !take(&t, at + 4, word, &count) || type != 3 || !count)
            return 0;
        uint64_t place = at + 4 + word;
        if (count > word / 2 && !take(&t, place, word, &place))
            return 0;
        if (!take(&t, place, 2, &number))
            return 0;
        *value = (unsigned)number;
        return (size_t)place;
    }
    return 0;
}

void fnc_tiff_put(uint8_t *data, size_t at, unsigned value)
{
    bool is_big_endian = data[0] == 'M';
    data[at + is_big_endian] = (uint8_t)value;
    data[at + !is_big_endian] = (uint8_t)(value >> 8);
}
