#include "difference.h"

#include "json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

finnc_status cli_comparison_read(cli *c, finnc_compare_options *options)
{
    *options = (finnc_compare_options){.nsamples = (size_t)cli_int(c, "samples", 3),
                                       .seed = cli_count(c, "seed", 0),
                                       .rtol = cli_number(c, "rtol", 1e-4)};
    if (!(options->rtol >= 0) || isinf(options->rtol))
        return cli_wrong(c, "--rtol: 0 or more");
    return FINNC_OK;
}

static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

json_t *cli_difference_json(const finnc_difference *d)
{
    return json_pack("{s:o, s:I, s:o, s:o, s:I, s:o}", "value", cli_json_text(d->value), "index",
                     (json_int_t)d->index, "a", number(d->a), "b", number(d->b), "count",
                     (json_int_t)d->count, "largest", number(d->largest));
}

void cli_parting_json(const finnc_comparison *k, json_t *object)
{
    if (!k->parting.value)
        return;
    json_t *parting = cli_difference_json(&k->parting);
    json_object_set_new(parting, "other", cli_json_text(finnc_value_name(k->parting_value)));
    json_object_set_new(object, "parting", parting);
}

void cli_difference_put(const finnc_difference *d)
{
    cli_put(stdout, d->value);
    if (d->index < 0)
        puts(": the shapes or element types differ");
    else if (isnan(d->a) && isnan(d->b)) /* strings: there are no numbers to show */
        printf(": %" PRId64 " element%s, the first at %" PRId64 "\n", d->count,
               d->count == 1 ? " differs" : "s differ", d->index);
    else
        printf(": %" PRId64 " element%s, the first at %" PRId64
               ": %.9g and %.9g; by at most %.3g\n",
               d->count, d->count == 1 ? " differs" : "s differ", d->index, d->a, d->b, d->largest);
}

void cli_parting_put(const finnc_comparison *k)
{
    if (!k->parting.value || !strcmp(k->parting.value, k->difference.value))
        return;
    fputs("the first tensor that differs, made by ", stdout);
    const char *name = finnc_node_name(k->parting_node);
    cli_put(stdout, name[0] ? name : "a");
    fputs(name[0] ? " (" : " ", stdout);
    cli_put(stdout, finnc_node_op_type(k->parting_node));
    fputs(name[0] ? "):\n  " : ":\n  ", stdout);
    cli_difference_put(&k->parting);
    const char *other = finnc_value_name(k->parting_value);
    if (strcmp(other, k->parting.value) != 0) {
        fputs("  (", stdout);
        cli_put(stdout, other);
        puts(" in the other model)");
    }
}
