#include <finnc/io.h>

#include <criterion/criterion.h>

Test(format, is_told_by_the_name)
{
    static const struct {
        const char *path;
        finnc_format format;
    } files[] = {
        {"x.npy", FINNC_FORMAT_NPY},
        {"a/b.c/X.NPZ", FINNC_FORMAT_NPZ},
        {"input_0.pb", FINNC_FORMAT_PB},
        {"cat.jpeg", FINNC_FORMAT_PICTURE},
        {"cat.JPG", FINNC_FORMAT_PICTURE},
        {"cat.webp", FINNC_FORMAT_PICTURE},
        {"train-images-idx3-ubyte", FINNC_FORMAT_IDX},
        {"t10k-labels-idx1-ubyte.gz", FINNC_FORMAT_IDX},
        {"train.idx3", FINNC_FORMAT_IDX},
        {"train.idx.gz", FINNC_FORMAT_IDX},
        {"cifar/data_batch_3.bin", FINNC_FORMAT_CIFAR},
        {"test_batch.bin", FINNC_FORMAT_CIFAR},
        {"data_batch_.bin", FINNC_FORMAT_RAW},
        {"input.bin", FINNC_FORMAT_RAW},
        {"input.raw", FINNC_FORMAT_RAW},
        {"cat.png.gz", FINNC_FORMAT_UNKNOWN},
        {"folder.npy/readme", FINNC_FORMAT_UNKNOWN},
        {".npy", FINNC_FORMAT_UNKNOWN},
        {"", FINNC_FORMAT_UNKNOWN},
        {"a.idx", FINNC_FORMAT_IDX},
        {".gz", FINNC_FORMAT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        cr_expect_eq(finnc_format_guess(files[i].path), files[i].format, "%s", files[i].path);
}

Test(format, names_go_both_ways)
{
    cr_expect_null(finnc_format_name(FINNC_FORMAT_UNKNOWN));
    cr_expect_null(finnc_format_name((finnc_format)99));
    cr_expect_eq(finnc_format_find("gif"), FINNC_FORMAT_UNKNOWN);
    for (int f = FINNC_FORMAT_NPY; f <= FINNC_FORMAT_RAW; f++)
        cr_expect_eq(finnc_format_find(finnc_format_name((finnc_format)f)), (finnc_format)f);
}
