#include "random_graph.h"

#include <finnc/pass.h>

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_VALUES = 64, MAX_CONSTANTS = 128 };

/* Beyond 2^22 units a sum of a few may leave a float's 24 bits. */
static const double most_units = 0x1p22;

typedef struct value {
    char name[16];
    int rank, dims[4];
    bool is_last;     /* channels are last; only of rank 4 */
    double max, unit; /* multiples of `unit` up to `max` in size */
    int nuses;
} value;

typedef struct constant {
    char name[16], type[192];
    double max, unit, least; /* largest and smallest element in size, as multiples of `unit` */
    bool has_negative;
} constant;

typedef struct gen {
    uint64_t state;
    FILE *constants, *nodes;
    value values[MAX_VALUES];
    int nvalues;
    constant shared[MAX_CONSTANTS];
    int nshared, nnames;
} gen;

/* splitmix64, as everywhere in finnc where results have to be the same on every machine. */
uint64_t random_below(uint64_t *state, uint64_t n)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % n;
}

static int below(gen *g, int n)
{
    return (int)random_below(&g->state, (uint64_t)n);
}

static bool chance(gen *g, int percent)
{
    return below(g, 100) < percent;
}

/* ---- constants ---- */

typedef struct wanted {
    int rank, dims[4];
    int lo, hi;  /* elements are these integers ... */
    double unit; /* ... times this */
    bool powers; /* ... or plus or minus powers of two of that exponent */
    bool has_no_zero, is_sorted;
} wanted;

static double draw_element(gen *g, const wanted *w)
{
    if (w->powers) {
        const double x = ldexp(1, w->lo + below(g, w->hi - w->lo + 1));
        return chance(g, 15) && w->unit < 0 ? -x : x;
    }
    int x = w->lo + below(g, w->hi - w->lo + 1);
    while (w->has_no_zero && x == 0)
        x = w->lo + below(g, w->hi - w->lo + 1);
    return x * w->unit;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Writes an initialiser, or takes one of the same type that is there. */
static constant make(gen *g, const wanted *w)
{
    constant c = {.unit = INFINITY, .least = INFINITY};
    int n = 1;
    double elements[8192];
    char shape[48] = "";
    for (int i = 0; i < w->rank; i++) {
        n *= w->dims[i];
        snprintf(shape + strlen(shape), sizeof shape - strlen(shape), "%s%d", i ? "," : "",
                 w->dims[i]);
    }
    cr_assert_leq(n, 8192);
    snprintf(c.type, sizeof c.type, "%s%d:%d:%d:%g:%d", shape, w->lo, w->hi, w->powers, w->unit,
             w->has_no_zero + 2 * w->is_sorted);
    for (int i = 0; i < g->nshared; i++)
        if (!strcmp(g->shared[i].type, c.type) && chance(g, 35))
            return g->shared[i];
    const int row = w->rank ? w->dims[w->rank - 1] : 1;
    for (int i = 0; i < n; i++)
        elements[i] = draw_element(g, w);
    for (int i = 0; w->is_sorted && i + row <= n; i += row)
        qsort(elements + i, (size_t)row, sizeof *elements, compare);
    snprintf(c.name, sizeof c.name, "c%d", g->nnames++);
    if (w->rank)
        fprintf(g->constants, "%sfloat[%s] %s = {", g->nshared ? ", " : "", shape, c.name);
    else
        fprintf(g->constants, "%sfloat %s = {", g->nshared ? ", " : "", c.name);
    for (int i = 0; i < n; i++) {
        fprintf(g->constants, "%s%g", i ? "," : "", elements[i]);
        c.max = fmax(c.max, fabs(elements[i]));
        c.least = fmin(c.least, fabs(elements[i]));
        c.has_negative |= elements[i] < 0;
    }
    c.unit = w->powers ? ldexp(1, w->lo) : w->unit;
    fprintf(g->constants, "}");
    if (g->nshared < MAX_CONSTANTS)
        g->shared[g->nshared++] = c;
    return c;
}

static constant make_scalar(gen *g, double x)
{
    return make(g, &(wanted){.lo = 1, .hi = 1, .unit = x});
}

/* One number, or one per channel of `v`, in one of the shapes that broadcast alike. */
static wanted per_channel(gen *g, const value *v)
{
    wanted w = {.rank = 0};
    if (chance(g, 45)) {
        w.rank = chance(g, 50) ? 0 : 1;
        w.dims[0] = 1;
        return w;
    }
    const int channels = v->rank == 4 && !v->is_last ? v->dims[1] : v->dims[v->rank - 1];
    if (v->rank != 4 || v->is_last) {
        w.rank = v->rank == 4 && chance(g, 50) ? 4 : 1;
        for (int i = 0; i < w.rank; i++)
            w.dims[i] = i == w.rank - 1 ? channels : 1;
        return w;
    }
    w.rank = chance(g, 70) ? 4 : 3;
    for (int i = 0; i < w.rank; i++)
        w.dims[i] = i == w.rank - 3 ? channels : 1;
    return w;
}

/* ---- values ---- */

static value *pick(gen *g)
{
    /* Mostly the newest: deep rather than wide. */
    const int back = chance(g, 60) ? 1 : 1 + below(g, g->nvalues < 4 ? g->nvalues : 4);
    return &g->values[g->nvalues - back];
}

/* A value of the same shape as `v` to begin with; the caller changes what is different. */
static value *add(gen *g, const value *v)
{
    value *made = &g->values[g->nvalues++];
    *made = *v;
    snprintf(made->name, sizeof made->name, "v%d", g->nnames++);
    made->nuses = 0;
    return made;
}

static void use(value *v)
{
    v->nuses++;
}

static int channels_of(const value *v)
{
    return v->rank == 4 && !v->is_last ? v->dims[1] : v->dims[v->rank - 1];
}

#define OP "qonnx.custom_op.general."

/* ---- quantisers ---- */

static bool multi_threshold(gen *g, value *v)
{
    const int steps[] = {1, 3, 7, 15}, n = steps[below(g, 4)];
    const double unit = fmax(v->unit, ldexp(1, (int)floor(log2(v->max / 64 + 1e-9))));
    const wanted w = {.rank = 2,
                      .dims = {chance(g, 50) ? 1 : channels_of(v), n},
                      .lo = -20,
                      .hi = 40,
                      .unit = unit * (chance(g, 40) ? 0.5 : 1),
                      .is_sorted = true};
    const constant t = make(g, &w);
    use(v);
    value *y = add(g, v);
    const char *layout = v->is_last     ? "data_layout=\"NHWC\", "
                         : v->rank == 2 ? "data_layout=\"NC\", "
                                        : "";
    y->unit = 1;
    if (n == 1 && chance(g, 60)) {
        fprintf(g->nodes,
                "%s = " OP "MultiThreshold<%sout_scale=2.0, out_bias=-1.0, out_dtype=\"BIPOLAR\">"
                "(%s, %s)\n",
                y->name, layout, v->name, t.name);
        y->max = 1;
    } else if (chance(g, 40)) {
        const int bits = n == 1 ? 1 : n == 3 ? 2 : n == 7 ? 3 : 4;
        fprintf(g->nodes,
                "%s = " OP "MultiThreshold<%sout_bias=%d.0, out_dtype=\"INT%d\">(%s, %s)\n",
                y->name, layout, -(1 << (bits - 1)), bits, v->name, t.name);
        y->max = 1 << (bits - 1);
    } else {
        fprintf(g->nodes, "%s = " OP "MultiThreshold<%sout_dtype=\"UINT4\">(%s, %s)\n", y->name,
                layout, v->name, t.name);
        y->max = n;
    }
    return true;
}

static bool quant(gen *g, value *v)
{
    const int bits = 2 + below(g, 3), is_signed = below(g, 2);
    wanted w = per_channel(g, v);
    if (w.rank > 0 && chance(g, 60))
        w.rank = 0;
    if (w.rank && v->rank == 4 && w.rank != 4 && !v->is_last)
        w.rank = 0;
    w.powers = true;
    w.unit = 1;
    w.lo = -2;
    w.hi = 1;
    const constant scale = make(g, &w), zero = make_scalar(g, 0), b = make_scalar(g, bits);
    use(v);
    value *y = add(g, v);
    fprintf(g->nodes,
            "%s = " OP "Quant<signed=%d, narrow=%d, rounding_mode=\"ROUND\">(%s, %s, %s, %s)\n",
            y->name, is_signed, is_signed && chance(g, 30), v->name, scale.name, zero.name, b.name);
    y->unit = scale.unit;
    y->max = scale.max * (1 << bits);
    return true;
}

static bool bipolar_quant(gen *g, value *v)
{
    const constant scale = make_scalar(g, ldexp(1, below(g, 3) - 1));
    use(v);
    value *y = add(g, v);
    fprintf(g->nodes, "%s = " OP "BipolarQuant(%s, %s)\n", y->name, v->name, scale.name);
    y->unit = y->max = scale.max;
    return true;
}

static bool sign(gen *g, value *v)
{
    use(v);
    value *y = add(g, v);
    fprintf(g->nodes, "%s = Sign(%s)\n", y->name, v->name);
    y->unit = y->max = 1;
    return true;
}

static bool quantise(gen *g, value *v)
{
    static bool (*const kinds[])(gen *, value *) = {multi_threshold, multi_threshold, quant,
                                                    quant,           bipolar_quant,   sign};
    return kinds[below(g, 6)](g, v);
}

/* ---- element by element ---- */

static bool affine(gen *g, value *v)
{
    static const char *const ops[] = {"Mul", "Add", "Sub", "Div"};
    const int op = below(g, 4);
    wanted w = per_channel(g, v);
    if (op == 0 || op == 3) {
        w.powers = true;
        w.lo = -2;
        w.hi = 2;
        w.unit = chance(g, 40) ? -1 : 1; /* some negative */
    } else {
        w.lo = -8;
        w.hi = 8;
        w.unit = v->unit * (chance(g, 50) ? 1 : 2);
    }
    const constant c = make(g, &w);
    const double unit = op == 0   ? v->unit * c.unit
                        : op == 3 ? v->unit / c.max
                                  : fmin(v->unit, c.unit);
    const double max = op == 0 ? v->max * c.max : op == 3 ? v->max / c.least : v->max + c.max;
    if (max / unit > most_units)
        return false;
    use(v);
    value *y = add(g, v);
    y->unit = unit;
    y->max = max;
    const bool is_turned = op < 2 && chance(g, 25);
    fprintf(g->nodes, "%s = %s(%s, %s)\n", y->name, ops[op], is_turned ? c.name : v->name,
            is_turned ? v->name : c.name);
    return true;
}

static bool unary(gen *g, value *v)
{
    static const char *const ops[] = {"Relu", "Identity", "Relu", "Neg"};
    use(v);
    value *y = add(g, v);
    fprintf(g->nodes, "%s = %s(%s)\n", y->name, ops[below(g, 4)], v->name);
    return true;
}

static bool batch_norm(gen *g, value *v)
{
    if (v->is_last || v->max / v->unit > 0x1p14)
        return false;
    wanted w = {.rank = 1, .dims = {channels_of(v)}, .powers = true, .lo = -1, .hi = 1, .unit = -1};
    const constant scale = make(g, &w);
    w = (wanted){.rank = 1, .dims = {channels_of(v)}, .lo = -4, .hi = 4, .unit = 0.25};
    const constant bias = make(g, &w), mean = make(g, &w);
    w = (wanted){.rank = 1, .dims = {channels_of(v)}, .lo = 4, .hi = 4, .unit = 1};
    const constant var = make(g, &w);
    use(v);
    value *y = add(g, v);
    y->unit = fmin(fmin(v->unit, 0.25) * scale.unit / 2, 0.25);
    y->max = (v->max + 1) * scale.max + 1;
    fprintf(g->nodes, "%s = BatchNormalization<epsilon=0.0>(%s, %s, %s, %s, %s)\n", y->name,
            v->name, scale.name, bias.name, mean.name, var.name);
    return true;
}

/* ---- products ---- */

static constant weights(gen *g, wanted *w)
{
    w->unit = 1;
    if (chance(g, 40)) {
        w->lo = -1;
        w->hi = 1;
        w->has_no_zero = true;
    } else {
        w->lo = -2;
        w->hi = 2;
    }
    constant c = make(g, w);
    if (!chance(g, 25))
        return c;
    /* Quantised where they are used. */
    const constant scale = make_scalar(g, 0.5), zero = make_scalar(g, 0), bits = make_scalar(g, 4);
    char name[16];
    snprintf(name, sizeof name, "q%d", g->nnames++);
    fprintf(g->nodes,
            "%s = " OP "Quant<signed=1, narrow=1, rounding_mode=\"ROUND\">(%s, %s, %s, %s)\n", name,
            c.name, scale.name, zero.name, bits.name);
    memcpy(c.name, name, sizeof name);
    return c;
}

static bool conv(gen *g, value *v)
{
    if (v->rank != 4 || v->is_last)
        return false;
    const int k = v->dims[2] >= 3 && chance(g, 60) ? 3 : 1, pad = k == 3 && chance(g, 50);
    const int stride = v->dims[2] > 3 && chance(g, 25) ? 2 : 1;
    const bool is_depthwise = v->dims[1] > 1 && chance(g, 35);
    const int group = is_depthwise ? v->dims[1] : 1;
    const int out = is_depthwise ? v->dims[1] : 1 + below(g, 4);
    const int products = k * k * v->dims[1] / group;
    if (v->max * 2 * products / v->unit > most_units)
        return false;
    wanted w = {.rank = 4, .dims = {out, v->dims[1] / group, k, k}};
    const constant c = weights(g, &w);
    use(v);
    value *y = add(g, v);
    y->dims[1] = out;
    y->dims[2] = y->dims[3] = (v->dims[2] + 2 * pad - k) / stride + 1;
    y->max = v->max * 2 * products;
    char bias[24] = "";
    if (chance(g, 25)) {
        const wanted b = {.rank = 1, .dims = {out}, .lo = -4, .hi = 4, .unit = v->unit};
        const constant added = make(g, &b);
        y->max += added.max;
        snprintf(bias, sizeof bias, ", %s", added.name);
    }
    y->unit = v->unit / 2; /* weights may be quantised to halves */
    fprintf(g->nodes,
            "%s = Conv<kernel_shape=[%d,%d], pads=[%d,%d,%d,%d], strides=[%d,%d], group=%d>"
            "(%s, %s%s)\n",
            y->name, k, k, pad, pad, pad, pad, stride, stride, group, v->name, c.name, bias);
    return true;
}

static bool flatten(gen *g, value *v)
{
    if (v->rank != 4)
        return false;
    use(v);
    value *y = add(g, v);
    y->rank = 2;
    y->dims[1] = v->dims[1] * v->dims[2] * v->dims[3];
    y->is_last = false;
    if (chance(g, 70)) {
        fprintf(g->nodes, "%s = Flatten(%s)\n", y->name, v->name);
    } else {
        fprintf(g->constants, "%sint64[2] s%d = {1,-1}", g->nshared ? ", " : "", g->nnames);
        fprintf(g->nodes, "%s = Reshape(%s, s%d)\n", y->name, v->name, g->nnames++);
        g->nshared += g->nshared == 0;
    }
    return true;
}

static bool mat_mul(gen *g, value *v)
{
    if (v->rank != 2 || v->max * 2 * v->dims[1] / v->unit > most_units)
        return false;
    wanted w = {.rank = 2, .dims = {v->dims[1], 2 + below(g, 4)}};
    const constant c = weights(g, &w);
    use(v);
    value *y = add(g, v);
    y->dims[1] = w.dims[1];
    y->max = v->max * 2 * v->dims[1];
    y->unit = v->unit / 2;
    fprintf(g->nodes, "%s = MatMul(%s, %s)\n", y->name, v->name, c.name);
    return true;
}

/* ---- shapes ---- */

static bool pool(gen *g, value *v)
{
    if (v->rank != 4 || v->is_last || v->dims[2] < 2)
        return false;
    const bool is_average = chance(g, 25);
    if (is_average && v->max * 4 / v->unit > most_units)
        return false;
    use(v);
    value *y = add(g, v);
    y->dims[2] = y->dims[3] = v->dims[2] / 2;
    y->unit = is_average ? v->unit / 4 : v->unit;
    fprintf(g->nodes, "%s = %s<kernel_shape=[2,2], strides=[2,2]>(%s)\n", y->name,
            is_average ? "AveragePool" : "MaxPool", v->name);
    return true;
}

static bool transpose(gen *g, value *v)
{
    if (v->rank != 4)
        return false;
    use(v);
    value *y = add(g, v);
    y->is_last = !v->is_last;
    static const int first[] = {0, 3, 1, 2}, last[] = {0, 2, 3, 1};
    const int *perm = v->is_last ? first : last;
    for (int i = 0; i < 4; i++)
        y->dims[i] = v->dims[perm[i]];
    fprintf(g->nodes, "%s = Transpose<perm=[%d,%d,%d,%d]>(%s)\n", y->name, perm[0], perm[1],
            perm[2], perm[3], v->name);
    return true;
}

static bool same_shape(const value *a, const value *b, int but)
{
    if (a->rank != b->rank || a->is_last != b->is_last)
        return false;
    for (int i = 0; i < a->rank; i++)
        if (i != but && a->dims[i] != b->dims[i])
            return false;
    return true;
}

/* Two values become one. */
static bool join(gen *g, value *v)
{
    const bool is_concat = chance(g, 30);
    const int axis = v->rank == 4 && !v->is_last ? 1 : v->rank - 1;
    const int begin = below(g, g->nvalues);
    for (int i = 0; i < g->nvalues; i++) {
        value *other = &g->values[(begin + i) % g->nvalues];
        if (other == v || !same_shape(v, other, is_concat ? axis : -1))
            continue;
        const double unit = fmin(v->unit, other->unit);
        const double max = is_concat ? fmax(v->max, other->max) : v->max + other->max;
        if (max / unit > most_units || (is_concat && v->dims[axis] + other->dims[axis] > 8))
            continue;
        use(v);
        use(other);
        value *y = add(g, v);
        y->unit = unit;
        y->max = max;
        y->dims[axis] += is_concat ? other->dims[axis] : 0;
        if (is_concat)
            fprintf(g->nodes, "%s = Concat<axis=%d>(%s, %s)\n", y->name, axis, v->name,
                    other->name);
        else
            fprintf(g->nodes, "%s = Add(%s, %s)\n", y->name, v->name, other->name);
        return true;
    }
    return false;
}

/* ---- all of it ---- */

static void step(gen *g)
{
    static bool (*const kinds[])(gen *, value *) = {
        affine,  affine,  affine,    unary,    batch_norm, conv, conv,
        conv,    pool,    transpose, join,     join,       join, flatten,
        mat_mul, mat_mul, quantise,  quantise, quantise};
    value *v = pick(g);
    if (v->max / v->unit > most_units / 64) {
        quantise(g, v);
        return;
    }
    kinds[below(g, (int)(sizeof kinds / sizeof *kinds))](g, v);
}

static void begin(gen *g, char *input, size_t size)
{
    static const struct {
        const char *dtype;
        double max, unit;
    } types[] = {{" {UINT8}", 255, 1}, {" {INT4}", 8, 1}, {" {BIPOLAR}", 1, 1}, {" {UINT2}", 3, 1}};
    const int type = below(g, 4), side = 4 + below(g, 3), channels = 1 + below(g, 4);
    g->values[0] = (value){.name = "x",
                           .rank = 4,
                           .dims = {1, channels, side, side},
                           .max = types[type].max,
                           .unit = types[type].unit};
    g->nvalues = 1;
    snprintf(input, size, "float[1,%d,%d,%d] x%s", channels, side, side, types[type].dtype);
}

/* What nobody reads goes out, and now and then something that somebody reads, too. */
static void put_outputs(gen *g, FILE *to)
{
    int n = 0;
    for (int i = 1; i < g->nvalues; i++) {
        const value *v = &g->values[i];
        if (v->nuses && !(i > 1 && chance(g, 4)))
            continue;
        fprintf(to, "%sfloat[", n++ ? ", " : "");
        for (int k = 0; k < v->rank; k++)
            fprintf(to, "%s%d", k ? "," : "", v->dims[k]);
        fprintf(to, "] %s", v->name);
    }
}

char *random_graph(uint64_t seed)
{
    gen *g = calloc(1, sizeof *g);
    char *constants = NULL, *nodes = NULL, *text = NULL, input[64];
    size_t sizes[3];
    g->state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
    g->constants = open_memstream(&constants, &sizes[0]);
    g->nodes = open_memstream(&nodes, &sizes[1]);
    begin(g, input, sizeof input);
    const int most = 5 + below(g, 22);
    for (int tries = 0; tries < 200 && g->nvalues < most; tries++)
        step(g);
    fclose(g->constants);
    fclose(g->nodes);
    FILE *to = open_memstream(&text, &sizes[2]);
    fprintf(to,
            "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>\n"
            "g (%s) => (",
            input);
    put_outputs(g, to);
    fprintf(to, ") <%s>\n{\n%s}\n", constants, nodes);
    fclose(to);
    free(constants);
    free(nodes);
    free(g);
    return text;
}

static bool needs_arguments(const finnc_pass *pass)
{
    for (size_t i = 0; i < FINNC_PASS_MAX_PARAMS && pass->params[i].name; i++)
        if (!pass->params[i].fallback)
            return true;
    return false;
}

static bool is_fit(size_t i)
{
    static const char *const rooms[] = {"tidy", "streamline", "quant", "lower"};
    const finnc_pass *pass = finnc_pass_at(i);
    bool is_room = false;
    for (size_t k = 0; k < sizeof rooms / sizeof *rooms; k++)
        is_room |= !strcmp(finnc_pass_room(i), rooms[k]);
    return is_room && !needs_arguments(pass) && !(pass->flags & FINNC_PASS_CHANGES_VALUES);
}

const char *random_pass(uint64_t *state)
{
    static const char *const often[] = {
        "Streamline",      "ConvertQONNXtoFINN",    "LowerConvsToMatMul",
        "InferDataTypes",  "InferDataLayouts",      "AbsorbTransposeIntoMultiThreshold",
        "MakeMaxPoolNHWC", "FoldConstants",         "MoveScalarLinearPastInvariants",
        "InferShapes",     "RoundAndClipThresholds"};
    const uint64_t noften = sizeof often / sizeof *often;
    size_t n = 0;
    while (finnc_pass_at(n))
        n++;
    if (random_below(state, 3) == 0)
        return often[random_below(state, noften)];
    size_t i = random_below(state, n);
    while (!is_fit(i))
        i = (i + 1) % n;
    return finnc_pass_at(i)->name;
}
