#include "cli.h"

#include <stdint.h>
#include <stdlib.h>

enum { FIRST = 16 };

void *cli_grow(void *array, size_t size, size_t count, size_t *room)
{
    if (count < *room)
        return array;
    const size_t wanted = *room ? 2 * *room : FIRST;
    void *grown = wanted <= SIZE_MAX / 2 / size ? realloc(array, wanted * size) : NULL;
    if (grown)
        *room = wanted;
    return grown;
}
