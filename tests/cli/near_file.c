/* A file that is not there: the one that was meant. */
#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *in_folder(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    return path;
}

static void check_hint(const char *arguments, const char *hint)
{
    const outcome *o = finnc_run(arguments, NULL);
    cr_expect_neq(o->status, 0, "%s", arguments);
    const char *found = strstr(o->err, "hint: did you mean ");
    if (!hint)
        cr_expect_null(found, "%s: %s", arguments, o->err);
    else
        cr_expect(found && !strncmp(found + strlen("hint: did you mean "), hint, strlen(hint)),
                  "%s: %s", arguments, o->err);
}

Test(near_file, is_offered_for_models_inputs_and_folders)
{
    test_write("network.onnx", "");
    test_write("labels.txt", "");
    mkdir(in_folder("pictures"), 0777);
    test_write("pictures/cat.png", "");
    check_hint("dump netwrok.onnx", "network.onnx?");
    check_hint("dump pictures/netwrok.onnx", NULL); /* not in that folder */
    check_hint("dump picture/cat.png", "pictures/cat.png?");
    check_hint("dump picture/dog.png", NULL); /* it would not be there either */
    check_hint("test picturs", "pictures?");
    check_hint("dump something-else.onnx", NULL);
    unlink(in_folder("pictures/cat.png"));
    rmdir(in_folder("pictures"));
}

Test(near_file, is_offered_for_options_too)
{
    test_write("net.onnxtxt", TWICE);
    test_write("passes.yaml", "");
    test_write("ones.npy", "");
    check_hint("transform net.onnxtxt -o out.onnx --pipeline pases.yaml", "passes.yaml?");
    check_hint("run net.onnxtxt --input x=one.npy", "ones.npy?");
}

Test(near_file, is_offered_for_the_folder_of_what_is_to_be_made)
{
    test_write("net.onnxtxt", TWICE);
    test_write("near.onnx", "");
    mkdir(in_folder("results"), 0777);
    check_hint("transform net.onnxtxt --passes InferShapes -o reslts/out.onnx",
               "results/out.onnx?");
    check_hint("transform net.onnxtxt --passes InferShapes -o other/out.onnx", NULL);
    rmdir(in_folder("results"));
}

Test(near_file, is_none_where_the_file_is_there_or_is_to_be_made)
{
    test_write("net.onnxtxt", TWICE);
    test_write("bad.onnx", "nonsense");
    test_write("bat.onnx", "nonsense");
    check_hint("dump bad.onnx", NULL);
    check_hint("transform net.onnxtxt --passes InferShapes -o nowhere/net.onnx", NULL);
}

Test(near_file, commands_are_offered_wherever_they_are_named)
{
    check_hint("transfrom", "'transform'?");
    check_hint("help transfrom", "'transform'?");
    check_hint("man transfrom", "'transform'?");
    check_hint("help qqqqqq", NULL);
}
