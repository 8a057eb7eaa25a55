/* What the README says, in its order: the lines that begin with finnc. */
#include "support/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char folder[] = FNC_SOURCE_DIR "/examples/tfc-hardware/";

static const char *read_whole(const char *name, char *text, size_t room)
{
    char path[512];
    snprintf(path, sizeof path, "%s%s", folder, name);
    FILE *file = fopen(path, "r");
    cr_assert(file, "%s", path);
    const size_t length = fread(text, 1, room - 1, file);
    cr_assert_lt(length, room - 1, "%s is too long", path);
    text[length] = 0;
    fclose(file);
    return text;
}

static void copy(const char *name)
{
    static char text[1 << 16];
    test_write(name, read_whole(name, text, sizeof text));
}

/* Runs the commands up to and including the `count`-th that begins with `wanted`, and gives that
 * one's outcome. Drawings are written as text: Graphviz' renderer may be missing. */
static const outcome *run_to(const char *wanted, int count)
{
    static char readme[1 << 16];
    const outcome *o = NULL;
    copy("tfc.onnxtxt");
    copy("streamline.yaml");
    read_whole("README.md", readme, sizeof readme);
    for (char *line = strtok(readme, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "    finnc ", 10) != 0)
            continue;
        char *svg = strstr(line, ".svg");
        if (svg)
            memcpy(svg, ".dot", 4);
        o = finnc_run(line + 10, NULL);
        cr_assert_eq(o->status, 0, "%s\n%s", line, o->err);
        if (!strncmp(line + 10, wanted, strlen(wanted)) && --count == 0)
            return o;
    }
    cr_assert(false, "the README has no such command: %s", wanted);
    return o;
}

Test(tfc_hardware, the_remarks_say_what_stays)
{
    const outcome *o = run_to("transform streamlined.onnx", 1);
    cr_expect(strstr(o->err, "RemoveCNVtoFCFlatten: "), "%s", o->err);
    o = finnc_run("dump layers.onnx", NULL);
    cr_expect(strstr(o->out, "6 nodes: 3 MVAU, 1 LabelSelect, 1 Reshape, 1 Thresholding"), "%s",
              o->out);
}

/* 64 * 16 products, one a cycle of 10 ns. */
Test(tfc_hardware, unfolded_the_first_product_is_the_bottleneck)
{
    const outcome *o = run_to("estimate parent.onnx --part", 1);
    cr_expect(strstr(o->out, "MVAU_hls_0           1     1   1,024  100 %"), "%s", o->out);
    cr_expect(strstr(o->out, "97656.2 frames/s"), "%s", o->out);
}

Test(tfc_hardware, the_whole_flow)
{
    run_to("dot parent.onnx", 1);
    cr_expect(test_exists("parent.dot"));
    const outcome *o = finnc_run("estimate parent.onnx --quiet", NULL);
    cr_expect(strstr(o->out, "3.125e+06 frames/s"), "%s", o->out);
    cr_expect(strstr(o->out, "StreamingFIFO_rtl_8"), "%s", o->out);
    o = finnc_run("compare streamlined.onnx parent.onnx --samples 3", NULL);
    cr_expect(o->status == 0 && strstr(o->out, "equal"), "%s%s", o->out, o->err);
}
