/* What the command line asks to be done with an input's data: [NAME=]VALUE each, one with the
 * input's name before one without. */
#include "source.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* "NAME=VALUE" is about an input of that name. A name may hold a '=', no value does. */
static bool is_about(const char *text, const char *equals, const char *name)
{
    const size_t length = (size_t)(equals - text);
    return strlen(name) == length && !strncmp(text, name, length);
}

/* The last one given that is about this input, or NULL. */
static const char *asked(const cli_source *s, const char *option)
{
    const char *for_all = NULL, *for_this = NULL, *text;
    for (size_t i = 0; (text = cli_nth(s->c, option, i)); i++) {
        const char *equals = strrchr(text, '=');
        if (!equals)
            for_all = text;
        else if (is_about(text, equals, s->name))
            for_this = equals + 1;
    }
    return for_this ? for_this : for_all;
}

/* "0.5" or "1/255". */
static bool read_number(const char **at, double *x)
{
    char *end;
    *x = strtod(*at, &end);
    if (end == *at)
        return false;
    if (*end == '/') {
        const char *below = end + 1;
        double y = strtod(below, &end);
        if (end == below || y == 0)
            return false;
        *x /= y;
    }
    *at = end;
    return true;
}

static finnc_status read_numbers(cli_source *s, const char *option, double *numbers, size_t *count)
{
    const char *text = asked(s, option), *at = text;
    if (!text)
        return FINNC_OK;
    s->is_converted = true;
    while (*count < CLI_MAX_CHANNELS && read_number(&at, &numbers[*count])) {
        ++*count;
        if (*at != ',')
            break;
        at++;
    }
    if (*at || !*count)
        return cli_wrong(s->c, "--%s: '%s' is no list of numbers such as 0.5 or 1/255,1/255,1/255",
                         option, text);
    return FINNC_OK;
}

static finnc_status read_layout(cli_source *s)
{
    static const char *const layouts[] = {"NCHW", "NHWC", "CHW", "HWC", "NHW", "HW"};
    const char *text = asked(s, "layout");
    for (size_t i = 0; text && i < sizeof layouts / sizeof *layouts; i++)
        if (!strcasecmp(text, layouts[i]))
            snprintf(s->layout, sizeof s->layout, "%s", layouts[i]);
    if (text && !s->layout[0])
        return cli_wrong(s->c, "--layout: '%s' is none of nchw, nhwc, chw, hwc, nhw, hw", text);
    s->is_converted |= text != NULL;
    return FINNC_OK;
}

/* "uint8", as outputs are shown, or "UINT8"; float32 is what ONNX calls FLOAT. */
static finnc_status read_raw_type(cli_source *s)
{
    const char *text = asked(s, "raw-type");
    char name[FINNC_DTYPE_NAME_MAX], shown[FINNC_DTYPE_NAME_MAX];
    if (!text)
        return FINNC_OK;
    for (int elem = 1; finnc_elem_name((finnc_elem)elem); elem++) {
        snprintf(name, sizeof name, "%s", finnc_elem_name((finnc_elem)elem));
        if (!strcasecmp(text, name) || !strcasecmp(text, cli_elem((finnc_elem)elem, shown)))
            s->raw_elem = (finnc_elem)elem;
    }
    if (s->raw_elem == FINNC_ELEM_UNDEFINED)
        return cli_wrong(s->c, "--raw-type: '%s' is no element type such as uint8 or float32",
                         text);
    s->is_converted = true;
    return FINNC_OK;
}

finnc_status cli_conversion_init(cli_source *s, cli *c, const finnc_graph *graph, const char *name)
{
    *s = (cli_source){.c = c, .value = finnc_graph_find_value(graph, name), .name = strdup(name)};
    if (!s->name)
        return finnc_no_memory(c->cx);
    FINNC_TRY(read_layout(s));
    FINNC_TRY(read_numbers(s, "scale", s->scale, &s->nscale));
    FINNC_TRY(read_numbers(s, "mean", s->mean, &s->nmean));
    return read_numbers(s, "std", s->std, &s->nstd);
}

finnc_fit cli_conversion_fit(const cli_source *s)
{
    return (finnc_fit){.layout = s->layout[0] ? s->layout : NULL,
                       .scale = s->scale,
                       .mean = s->mean,
                       .std = s->std,
                       .nscale = s->nscale,
                       .nmean = s->nmean,
                       .nstd = s->nstd};
}

finnc_status cli_source_init(cli_source *s, cli *c, const finnc_graph *graph, const char *name)
{
    FINNC_TRY(cli_conversion_init(s, c, graph, name));
    return read_raw_type(s);
}

/* ---- options that are about nothing ---- */

static void hint_at_name(cli *c, const cli_source *sources, size_t nsources, const char *name)
{
    const char **names = calloc(nsources + 1, sizeof *names);
    for (size_t i = 0; names && i < nsources; i++)
        names[i] = sources[i].name;
    const char *near = names ? cli_nearest(name, names) : NULL;
    if (near)
        cli_hint(c, "did you mean '%s'?", near);
    free(names);
}

static finnc_status check_option(cli *c, const cli_source *sources, size_t nsources,
                                 const char *option, const char *text)
{
    const char *equals = strrchr(text, '=');
    for (size_t i = 0; i < nsources; i++)
        if (!equals || is_about(text, equals, sources[i].name))
            return FINNC_OK;
    if (!equals)
        return cli_wrong(c, "--%s: no input is given data that it could be about", option);
    char name[256];
    snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    hint_at_name(c, sources, nsources, name);
    return cli_wrong(c, "--%s: there is no input '%s' that is given data", option, name);
}

finnc_status cli_conversion_check(cli *c, const cli_source *sources, size_t nsources)
{
    static const char *const options[] = {"layout", "scale", "mean", "std", "raw-type"};
    const char *text;
    for (size_t k = 0; k < sizeof options / sizeof *options; k++)
        for (size_t i = 0; cli_knows(c, options[k]) && (text = cli_nth(c, options[k], i)); i++)
            FINNC_TRY(check_option(c, sources, nsources, options[k], text));
    return FINNC_OK;
}
