/* The table of derivatives, and the functions that their texts share. */
#include "gradient.h"

#include "../base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const fnc_gradient rows[] = {
#define GRADIENT(op, until, when, text) {op, until, when, text, NULL},
#define NO_GRADIENT(op)                 {op, 0, NULL, NULL, NULL},
#define DECLINED(op, until, when, why)  {op, until, when, NULL, why},
#include "gradients.def"
};
enum { NROWS = sizeof rows / sizeof *rows };

/* What the texts call as g.F. */
static const char *const helpers[] = {
    /* A number of the element type of `like`. */
    "Number <value> (like) => (n) { c = Constant <value_float = @value> () n = CastLike(c, like) }",
    "Ones (like) => (y) { n = g.Number <value = 1.0> (like) y = finnc.Spread(n, like) }",
    "Zeros (like) => (y) { n = g.Number <value = 0.0> (like) y = finnc.Spread(n, like) }",
    "Total (a, b) => (c) { c = Add(a, b) }",
    "Scaled <by: float = 1.0> (x) => (y) { n = g.Number <value = @by> (x) y = Mul(n, x) }",
    "ShapedAs (x, like) => (y) { s = Shape(like) y = Reshape <allowzero = 1> (x, s) }",
    /* An attribute as a list of one axis. */
    "Axis <axis> () => (a) { x = Constant <value_int = @axis> () one = Constant <value_ints = [1]> ()"
    " a = Reshape(x, one) }",
    "SumAlong <axis> (x) => (y) { a = g.Axis <axis = @axis> () y = ReduceSum(x, a) }",
    /* y, divided by how many elements of x stand behind one of `like`. */
    "PerElement (y, x, like) => (z) { n = Size(x) m = Size(like) k = Div(n, m) c = CastLike(k, y)"
    " z = Div(y, c) }",
    /* dy to the elements of x that are y, in equal shares; y stands for some axes of x. */
    "Shared (x, y, dy) => (dx) { zero = g.Number <value = 0.0> (x) one = g.Number <value = 1.0> (x)"
    " hit = Equal(x, y) h = Where(hit, one, zero) n = finnc.SumTo(h, y) t = Div(dy, n)"
    " dx = Mul(h, t) }",
    /* Where each element stands, row by row. */
    "Places (x) => (p) { zero = Constant <value_int = 0> () one = Constant <value_int = 1> ()"
    " n = Size(x) r = Range(zero, n, one) p = g.ShapedAs(r, x) }",
    /* (x - mean) / deviation over the axes that `like` has one element along, and 1 / deviation. */
    "Normal <epsilon> (x, like) => (h, i) { s = finnc.SumTo(x, like) m = g.PerElement(s, x, s)"
    " c = Sub(x, m) q = Mul(c, c) t = finnc.SumTo(q, like) v = g.PerElement(t, x, t)"
    " e = g.Number <value = @epsilon> (x) u = Add(v, e) d = Sqrt(u) i = Reciprocal(d)"
    " h = Mul(c, i) }",
    /* And what goes back through it. */
    "Normalised (h, i, dh) => (dx) { s = finnc.SumTo(dh, i) m = g.PerElement(s, dh, s)"
    " p = Mul(dh, h) t = finnc.SumTo(p, i) n = g.PerElement(t, dh, t) u = Mul(h, n)"
    " v = Sub(dh, m) w = Sub(v, u) dx = Mul(w, i) }",
    /* The weight of each label, 0 of one that is ignored: the losses of scores that are -1. */
    "Weights <ignore_index> (x, labels, weights) => (n) { minus = g.Number <value = -1.0> (x)"
    " u = finnc.Spread(minus, x) n = NegativeLogLikelihoodLoss <reduction = \"none\","
    " ignore_index = @ignore_index> (u, labels, weights) }",
    /* -weight of its label where a score is the label's. */
    "Likelihood <ignore_index> (x, labels, weights, dy) => (dx) {"
    " zero = g.Number <value = 0.0> (x)"
    " n = g.Weights <ignore_index = @ignore_index> (x, labels, weights)"
    " d = finnc.Spread(dy, n) t = Mul(d, n) w = Neg(t)"
    " second = Constant <value_ints = [1]> () e = Unsqueeze(w, second)"
    " s = Shape(x) k0 = Gather(s, second) nothing = Constant <value_ints: ints = []> ()"
    " k = Reshape(k0, nothing) first = Constant <value_int = 0> () step = Constant <value_int = 1> ()"
    " c0 = Range(first, k, step) c = finnc.Spread <axis = 1> (c0, x) l0 = Unsqueeze(labels, second)"
    " l = CastLike(l0, c) hit = Equal(c, l) dx = Where(hit, e, zero) }",
    /* Over the sum of the weights; of nothing the loss itself is 0 / 0. */
    "MeanLikelihood <ignore_index> (x, labels, weights, dy) => (dx) {"
    " n = g.Weights <ignore_index = @ignore_index> (x, labels, weights)"
    " m = ReduceSum <keepdims = 0> (n) d = Div(dy, m)"
    " dx = g.Likelihood <ignore_index = @ignore_index> (x, labels, weights, d) }",
};
enum { NHELPERS = sizeof helpers / sizeof *helpers };

const fnc_gradient *fnc_gradient_at(size_t i)
{
    return i < NROWS ? &rows[i] : NULL;
}

/* ---- which row ---- */

static bool holds(const finnc_node *node, const char *when)
{
    bool wanted = *when != '!';
    when += !wanted;
    if (*when == '@') {
        size_t o = strtoul(when + 1, NULL, 10);
        while (o < node->noutputs && !node->outputs[o])
            o++;
        return (o < node->noutputs) == wanted;
    }
    if (*when == '#')
        return (finnc_node_input(node, strtoul(when + 1, NULL, 10)) != NULL) == wanted;
    size_t length = strcspn(when, "=");
    for (size_t a = 0; a < node->nattrs; a++) {
        const finnc_attr *attr = node->attrs[a];
        char number[32];
        if (strncmp(attr->name, when, length) != 0 || attr->name[length])
            continue;
        if (!when[length])
            return wanted;
        finnc_string text = finnc_attr_string(attr, 0);
        snprintf(number, sizeof number, "%lld", (long long)finnc_attr_int(attr, 0));
        bool is_text = attr->kind == FINNC_ATTR_STRING;
        return (strcmp(is_text ? text.data : number, when + length + 1) == 0) == wanted;
    }
    return !wanted;
}

static bool is_of(const finnc_node *node, const char *op)
{
    const char *home = finnc_node_home(node);
    size_t length = strlen(home);
    if (!length)
        return !strcmp(node->op_type, op);
    return !strncmp(home, op, length) && op[length] == '.' &&
           !strcmp(node->op_type, op + length + 1);
}

const fnc_gradient *fnc_gradient_find(const finnc_node *node)
{
    for (size_t i = 0; i < NROWS; i++) {
        const fnc_gradient *row = &rows[i];
        if (is_of(node, row->op) && (!row->until || finnc_node_version(node) <= row->until) &&
            (!row->when || holds(node, row->when)))
            return row;
    }
    return NULL;
}

/* ---- their functions ---- */

finnc_status fnc_gradient_library(finnc_ctx *cx, finnc_model **library)
{
    static const char header[] = "\n<domain: \"g\", opset_import: [\"\": 22, \"finnc\": 1]> ";
    fnc_buf text;
    fnc_buf_init(&text, cx);
    fnc_buf_puts(&text, "g () => () {}");
    for (size_t i = 0; i < NROWS; i++)
        if (rows[i].text)
            fnc_buf_printf(&text, "%sRow%zu %s", header, i, rows[i].text);
    for (size_t i = 0; i < NHELPERS; i++)
        fnc_buf_printf(&text, "%s%s", header, helpers[i]);
    finnc_status status = fnc_buf_check(&text);
    if (status == FINNC_OK)
        status = finnc_model_read_text(cx, fnc_buf_text(&text), library);
    fnc_buf_clear(&text);
    return status;
}

const fnc_function *fnc_gradient_helper(const finnc_model *library, const char *name)
{
    for (size_t i = 0; i < library->nfunctions; i++)
        if (!strcmp(library->functions[i].name, name))
            return &library->functions[i];
    return NULL;
}

const fnc_function *fnc_gradient_function(const finnc_model *library, const fnc_gradient *row)
{
    char name[32];
    snprintf(name, sizeof name, "Row%zu", (size_t)(row - rows));
    return fnc_gradient_helper(library, name);
}
