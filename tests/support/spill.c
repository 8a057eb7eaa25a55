#include "spill.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/finnc-spill-XXXXXX";
static char path[64];

static void clear(void)
{
    unlink(path);
    rmdir(folder);
}

const char *spill(const void *bytes, size_t nbytes)
{
    if (!path[0]) {
        cr_assert(mkdtemp(folder));
        snprintf(path, sizeof path, "%s/file", folder);
        atexit(clear);
    }
    FILE *f = fopen(path, "wb");
    cr_assert(f);
    cr_assert_eq(fwrite(bytes, 1, nbytes, f), nbytes);
    fclose(f);
    return path;
}
