#include "scratch.h"

#include "check.h"

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

enum { MAX_OPEN = 16 };

static char folder[] = "/tmp/finnc-fuzz-XXXXXX";
static int before = -1;

static int erase(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    return at->level > 0 ? remove(path) : 0;
}

static void erase_folder(void)
{
    rmdir(folder);
}

void scratch_enter(void)
{
    if (before < 0) {
        CHECK(mkdtemp(folder), folder);
        atexit(erase_folder);
        before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    CHECK(before >= 0 && chdir(folder) == 0, folder);
}

void scratch_leave(void)
{
    CHECK(nftw(folder, erase, MAX_OPEN, FTW_DEPTH | FTW_PHYS) == 0, folder);
    CHECK(fchdir(before) == 0, "the folder before");
}
