/* The folder is whole by itself: people copy it. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char pipeline[] = FNC_SOURCE_DIR "/examples/cnv-w1a1/pipeline.yaml";
static const char recipe[] = FNC_SOURCE_DIR "/recipes/cnv.yaml";

static const char *read_whole(const char *path, char text[1 << 14])
{
    FILE *file = fopen(path, "r");
    cr_assert(file, "%s", path);
    const size_t length = fread(text, 1, (1 << 14) - 1, file);
    cr_assert_lt(length, (1 << 14) - 1, "%s is too long", path);
    text[length] = '\0';
    fclose(file);
    return text;
}

Test(cnv_w1a1, the_pipeline_is_the_recipe_and_no_link_to_it)
{
    char a[1 << 14], b[1 << 14];
    struct stat info;
    cr_assert_eq(lstat(pipeline, &info), 0);
    cr_expect(S_ISREG(info.st_mode));
    cr_expect_str_eq(read_whole(pipeline, a), read_whole(recipe, b),
                     "recipes/cnv.yaml was changed: copy it to examples/cnv-w1a1/pipeline.yaml");
}
