/* Which format a file of tensors has, by its name. */
#include <finnc/io.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *const names[] = {
    [FINNC_FORMAT_NPY] = "npy",         [FINNC_FORMAT_NPZ] = "npz", [FINNC_FORMAT_PB] = "pb",
    [FINNC_FORMAT_PICTURE] = "picture", [FINNC_FORMAT_IDX] = "idx", [FINNC_FORMAT_CIFAR] = "cifar",
    [FINNC_FORMAT_RAW] = "raw",
};
enum { NFORMATS = sizeof names / sizeof *names };

const char *finnc_format_name(finnc_format format)
{
    return (size_t)format < NFORMATS ? names[format] : NULL;
}

finnc_format finnc_format_find(const char *name)
{
    for (size_t i = 1; i < NFORMATS; i++)
        if (!strcmp(name, names[i]))
            return (finnc_format)i;
    return FINNC_FORMAT_UNKNOWN;
}

static const struct {
    const char *suffix;
    finnc_format format;
} suffixes[] = {
    {".npy", FINNC_FORMAT_NPY},      {".npz", FINNC_FORMAT_NPZ},
    {".pb", FINNC_FORMAT_PB},        {".png", FINNC_FORMAT_PICTURE},
    {".jpg", FINNC_FORMAT_PICTURE},  {".jpeg", FINNC_FORMAT_PICTURE},
    {".bmp", FINNC_FORMAT_PICTURE},  {".jp2", FINNC_FORMAT_PICTURE},
    {".pnm", FINNC_FORMAT_PICTURE},  {".ppm", FINNC_FORMAT_PICTURE},
    {".pgm", FINNC_FORMAT_PICTURE},  {".pbm", FINNC_FORMAT_PICTURE},
    {".pam", FINNC_FORMAT_PICTURE},  {".tif", FINNC_FORMAT_PICTURE},
    {".tiff", FINNC_FORMAT_PICTURE}, {".webp", FINNC_FORMAT_PICTURE},
    {"-ubyte", FINNC_FORMAT_IDX},    {".idx", FINNC_FORMAT_IDX},
    {".raw", FINNC_FORMAT_RAW},      {".bin", FINNC_FORMAT_RAW},
};

/* Does the text of `length` bytes end in `suffix`, whatever the case, with something before it? */
static bool ends_in(const char *text, size_t length, const char *suffix)
{
    size_t n = strlen(suffix);
    return length > n && !strncasecmp(text + length - n, suffix, n);
}

/* data_batch_1.bin, test_batch.bin */
static bool is_cifar(const char *name)
{
    static const char batch[] = "data_batch_";
    if (!strcmp(name, "test_batch.bin"))
        return true;
    if (strncmp(name, batch, sizeof batch - 1) != 0)
        return false;
    const char *digits = name + sizeof batch - 1, *end = digits;
    while (isdigit((unsigned char)*end))
        end++;
    return end > digits && !strcmp(end, ".bin");
}

finnc_format finnc_format_guess(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    if (is_cifar(name))
        return FINNC_FORMAT_CIFAR;
    bool is_gzipped = ends_in(name, length, ".gz");
    if (is_gzipped)
        length -= 3;
    /* train.idx3, images.idx1.gz */
    if (length > 5 && !strncasecmp(name + length - 5, ".idx", 4) &&
        isdigit((unsigned char)name[length - 1]))
        return FINNC_FORMAT_IDX;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (ends_in(name, length, suffixes[i].suffix) &&
            (!is_gzipped || suffixes[i].format == FINNC_FORMAT_IDX))
            return suffixes[i].format;
    return FINNC_FORMAT_UNKNOWN;
}
