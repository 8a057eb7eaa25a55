/* A target without a fuzzer: runs the files, and the files of the folders, that it is given. So
 * every build, whatever its compiler and sanitizers, tries all inputs that somebody kept. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Seconds for one input. A target takes milliseconds; what takes this long hangs. */
enum { LIMIT = 60 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* Mutators of the targets ask the fuzzer for this. Here nobody mutates. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
    (void)data;
    (void)max_size;
    return size;
}

static int fail(const char *path)
{
    perror(path);
    exit(1);
}

/* The name comes first, so that it is the last line of a target that dies. */
static size_t run_file(const char *path, size_t size)
{
    uint8_t *data = malloc(size ? size : 1); /* no byte more: a sanitizer sees who reads beyond */
    FILE *file = fopen(path, "rb");
    if (!data || !file || fread(data, 1, size, file) != size)
        fail(path);
    fclose(file);
    printf("%s\n", path);
    fflush(stdout);
    alarm(LIMIT);
    LLVMFuzzerTestOneInput(data, size);
    alarm(0);
    free(data);
    return 1;
}

static size_t run(const char *path)
{
    struct stat info;
    struct dirent **entries;
    if (stat(path, &info))
        fail(path);
    if (!S_ISDIR(info.st_mode))
        return run_file(path, (size_t)info.st_size);
    size_t ninputs = 0;
    const int n = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char inner[4096];
        const int length = snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && length < (int)sizeof inner)
            ninputs += run(inner);
        free(entries[i]);
    }
    if (n < 0)
        fail(path);
    free(entries);
    return ninputs;
}

int main(int argc, char **argv)
{
    size_t ninputs = 0;
    for (int i = 1; i < argc; i++)
        ninputs += run(argv[i]);
    printf("%zu inputs\n", ninputs);
    return ninputs == 0; /* nothing was tried */
}
