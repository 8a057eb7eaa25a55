#include "utf8.h"

#include <stdint.h>

size_t fnc_utf8_length(const char *text, size_t left)
{
    static const struct {
        uint8_t from, to, second_from, second_to;
        size_t length;
    } leads[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    const uint8_t *p = (const uint8_t *)text;
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        if (*p < leads[i].from || *p > leads[i].to)
            continue;
        if (leads[i].length > left)
            return 0;
        if (leads[i].length > 1 && (p[1] < leads[i].second_from || p[1] > leads[i].second_to))
            return 0;
        for (size_t k = 2; k < leads[i].length; k++)
            if ((p[k] & 0xc0) != 0x80)
                return 0;
        return leads[i].length;
    }
    return 0;
}
