#include "in_file.h"

#include <sys/mman.h>
#include <unistd.h>

const char *in_file(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[32];
    if (fd < 0) {
        fd = memfd_create("input", 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    CHECK(fd >= 0 && ftruncate(fd, 0) == 0, "no file");
    CHECK(pwrite(fd, data, size, 0) == (ssize_t)size, "no room");
    return path;
}
