/* Runs the cases of tests/interp/cases, and holds the ops' rows to what they claim: every version
 * and every element type of a row has to be exercised by a case that passes.
 *
 * FINNC_CASES=onnx/gelu runs the files whose path holds that text alone. */
#include "support/cases.h"
#include "support/poor.h"
#include "support/run_text.h"

#include <passes/support/opset.h>

#include <finnc/finnc.h>

#include <criterion/criterion.h>

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what has been exercised ---- */

enum { MAX_OPS = 1024 };

static struct {
    uint32_t versions;
    finnc_types types[FINNC_OP_MAX_TYPES];
    bool has_case;
} seen[MAX_OPS];
static int nfailed, nran;

static size_t index_of(const finnc_op *op)
{
    size_t i = 0;
    while (finnc_op_at(i) && finnc_op_at(i) != op)
        i++;
    return i;
}

static void note_type(const finnc_op *op, const finnc_formal *formals, size_t i,
                      const finnc_value *value)
{
    const finnc_formal *formal = finnc_op_formal(formals, i);
    if (value && finnc_value_kind(value) != FINNC_KIND_TENSOR)
        return; /* what it is made of is noted where that comes out or goes in */
    for (size_t t = 0; formal && formal->type && value && t < FINNC_OP_MAX_TYPES; t++)
        if (op->types[t].name && !strcmp(op->types[t].name, formal->type))
            seen[index_of(op)].types[t] |= UINT64_C(1) << finnc_value_elem(value);
}

static void note_nodes(const finnc_graph *graph, const finnc_op *op)
{
    finnc_foreach_node (node, graph) {
        if (finnc_node_find_op(node) != op)
            continue;
        for (size_t v = 0; v < FINNC_OP_MAX_VERSIONS && op->since[v]; v++)
            if (op->since[v] == finnc_node_version(node))
                seen[index_of(op)].versions |= 1u << v;
        for (size_t i = 0; i < finnc_node_ninputs(node); i++)
            note_type(op, op->in, i, finnc_node_input(node, i));
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            note_type(op, op->out, o, finnc_node_output(node, o));
    }
}

/* ---- one model ---- */

/* A few units in the last place of what the element type can hold; integers exactly. */
static double tolerance_of(finnc_elem elem)
{
    switch ((int)elem) {
    case FINNC_ELEM_FLOAT:
    case FINNC_ELEM_DOUBLE: /* expectations are written with seven digits or more */
        return 2e-6;
    case FINNC_ELEM_FLOAT16:
        return 0x1p-10;
    case FINNC_ELEM_BFLOAT16:
        return 0x1p-7;
    case FINNC_ELEM_FLOAT8E4M3FN:
    case FINNC_ELEM_FLOAT8E4M3FNUZ:
        return 0x1p-3;
    case FINNC_ELEM_FLOAT8E5M2:
    case FINNC_ELEM_FLOAT8E5M2FNUZ:
        return 0x1p-2;
    case FINNC_ELEM_FLOAT6E2M3:
        return 0x1p-3;
    case FINNC_ELEM_FLOAT6E3M2:
        return 0x1p-2;
    case FINNC_ELEM_FLOAT4E2M1:
        return 0x1p-1;
    default:
        return 0;
    }
}

static bool is_near(double want, double have, double tolerance)
{
    if (isnan(want) || isnan(have))
        return isnan(want) && isnan(have);
    if (isinf(want)) /* of which any share is infinite */
        return want == have;
    return want == have || fabs(want - have) <= tolerance * fabs(want) + (tolerance ? 1e-7 : 0);
}

/* NULL, or what is wrong. */
static const char *compare(const finnc_tensor *want, const finnc_tensor *have, double tolerance)
{
    static char words[200];
    if (!have)
        return "no output";
    if (finnc_tensor_elem(want) != finnc_tensor_elem(have))
        return "another element type";
    if (finnc_tensor_rank(want) != finnc_tensor_rank(have))
        return "another rank";
    for (int i = 0; i < finnc_tensor_rank(want); i++)
        if (finnc_tensor_dim(want, i) != finnc_tensor_dim(have, i)) {
            snprintf(words, sizeof words, "axis %d has %lld elements, should have %lld", i,
                     (long long)finnc_tensor_dim(have, i), (long long)finnc_tensor_dim(want, i));
            return words;
        }
    if (finnc_tensor_elem(want) == FINNC_ELEM_STRING)
        return finnc_tensor_equal(want, have) ? NULL : "other strings";
    if (!tolerance)
        tolerance = tolerance_of(finnc_tensor_elem(want));
    for (int64_t i = 0; i < finnc_tensor_nelems(want); i++) {
        double x = finnc_tensor_get(want, i), y = finnc_tensor_get(have, i);
        double xi = finnc_tensor_get_imaginary(want, i), yi = finnc_tensor_get_imaginary(have, i);
        if (!is_near(x, y, tolerance) || !is_near(xi, yi, tolerance)) {
            snprintf(words, sizeof words, "element %lld is %.9g, should be %.9g", (long long)i, y,
                     x);
            return words;
        }
    }
    return NULL;
}

static const char *check_outputs(const finnc_graph *graph, const finnc_session *session,
                                 double tolerance)
{
    static char words[400];
    size_t ncompared = 0;
    for (size_t o = 0; o < finnc_graph_noutputs(graph); o++) {
        const char *name = finnc_value_name(finnc_graph_output(graph, o));
        char want_name[200];
        snprintf(want_name, sizeof want_name, "want_%s", name);
        const finnc_value *want = finnc_graph_find_value(graph, want_name);
        if (!want || !finnc_value_tensor(want))
            continue;
        ncompared++;
        const char *wrong =
            compare(finnc_value_tensor(want), finnc_session_fetch(session, name), tolerance);
        if (wrong) {
            snprintf(words, sizeof words, "%s: %s", name, wrong);
            return words;
        }
    }
    return ncompared ? NULL : "nothing is wanted: no initialiser want_NAME of an output NAME";
}

/* Inputs that are maps have no defaults in the model: one called `m` is made of the initialisers
 * `keys_m` and `values_m`. */
static finnc_status feed_maps(finnc_ctx *cx, const finnc_graph *graph, finnc_session *session)
{
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        const finnc_value *input = finnc_graph_input(graph, i);
        const finnc_tensor *both[2];
        static const char *const parts[] = {"keys", "values"};
        finnc_tensor *map;
        if (finnc_value_kind(input) != FINNC_KIND_MAP)
            continue;
        for (size_t k = 0; k < 2; k++) {
            char name[200];
            snprintf(name, sizeof name, "%s_%s", parts[k], finnc_value_name(input));
            const finnc_value *part = finnc_graph_find_value(graph, name);
            both[k] = part ? finnc_value_tensor(part) : NULL;
            cr_assert(both[k], "an initialiser %s is missing", name);
        }
        FINNC_TRY(finnc_tensor_create_of(cx, FINNC_KIND_MAP, both, 2, &map));
        finnc_status status = finnc_session_feed(session, finnc_value_name(input), map);
        finnc_tensor_release(map);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

static int newest(const char *domain)
{
    return !*domain ? FINNC_OPSET_VERSION : !strcmp(domain, "ai.onnx.ml") ? 5 : 1;
}

/* In the newest version of its domain a model has to give the same, unless it is refused there.
 * More may be taken there, so of what fails nothing is asked. */
static const char *run_raised(finnc_ctx *cx, finnc_model *model, const op_case *c,
                              const finnc_op *op)
{
    finnc_session *session = NULL;
    const char *domain = op->domain ? op->domain : "", *wrong = NULL;
    finnc_status status = fnc_raise_opset(cx, model, domain, newest(domain));
    if (status == FINNC_UNSUPPORTED) {
        finnc_ctx_clear(cx);
        return NULL;
    }
    if (status == FINNC_OK)
        status = finnc_session_create(cx, model, NULL, &session);
    if (status == FINNC_OK)
        status = feed_maps(cx, finnc_model_graph(model), session);
    if (status == FINNC_OK)
        status = finnc_session_run(session);
    wrong = status == FINNC_OK ? check_outputs(finnc_model_graph(model), session, c->tolerance)
                               : finnc_ctx_message(cx);
    finnc_session_destroy(session);
    return wrong;
}

/* NULL, or what is wrong. */
static const char *run_model(const char *text, const op_case *c, const finnc_op *op)
{
    static char words[1000];
    const char *wrong = NULL;
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = NULL;
    finnc_session *session = NULL;
    finnc_status status = finnc_model_read_text(cx, text, &model);
    if (status == FINNC_OK)
        status = finnc_graph_infer_shapes(cx, finnc_model_graph(model));
    if (status == FINNC_OK)
        status = finnc_session_create(cx, model, NULL, &session);
    if (status == FINNC_OK)
        status = feed_maps(cx, finnc_model_graph(model), session);
    if (status == FINNC_OK)
        status = finnc_session_run(session);
    if (status != FINNC_OK && (!*c->fails || !strstr(finnc_ctx_message(cx), c->fails)))
        wrong = finnc_ctx_message(cx);
    else if (status == FINNC_OK)
        wrong = *c->fails ? "does not fail"
                          : check_outputs(finnc_model_graph(model), session, c->tolerance);
    finnc_session_destroy(session);
    if (wrong)
        snprintf(words, sizeof words, "%s", wrong);
    else if (!*c->fails)
        note_nodes(finnc_model_graph(model), op);
    if (!wrong && status == FINNC_OK && (wrong = run_raised(cx, model, c, op)))
        snprintf(words, sizeof words, "written for the newest version: %s", wrong);
    finnc_model_destroy(model);
    if (!wrong && finnc_ctx_live_bytes(cx) > 0)
        snprintf(words, sizeof words, "%llu bytes leaked",
                 (unsigned long long)finnc_ctx_live_bytes(cx)),
            wrong = words;
    finnc_ctx_destroy(cx);
    return wrong ? words : NULL;
}

/* Each allocation of a run fails once. */
static finnc_status run_poorly(finnc_ctx *cx, void *user)
{
    const finnc_model *model = user;
    finnc_session *session = NULL;
    FINNC_TRY(finnc_session_create(cx, model, NULL, &session));
    finnc_status status = feed_maps(cx, finnc_model_graph(model), session);
    if (status == FINNC_OK)
        status = finnc_session_run(session);
    finnc_session_destroy(session);
    return status;
}

static void run_model_poorly(const char *text, const char *where)
{
    poor_purse purse = {false};
    finnc_ctx *cx = purse_open(&purse);
    finnc_model *model = read_text(cx, text);
    cr_assert_eq(finnc_graph_infer_shapes(cx, finnc_model_graph(model)), FINNC_OK);
    check_poor_sample(&purse, cx, (unsigned)strlen(text), run_poorly, model, where);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* ---- one case, spread over types and versions ---- */

static bool is_word_char(char ch)
{
    return isalnum((unsigned char)ch) || ch == '_';
}

/* `text` with every whole word `word` replaced, which the caller frees. */
static char *replace_word(const char *text, const char *word, const char *by)
{
    size_t n = strlen(word), k = strlen(by), length = 0;
    char *out = malloc(strlen(text) * (k + 1) + 1);
    cr_assert(out);
    for (const char *at = text; *at;) {
        bool is_start = at == text || !is_word_char(at[-1]);
        if (is_start && !strncmp(at, word, n) && !is_word_char(at[n])) {
            memcpy(out + length, by, k);
            length += k;
            at += n;
        } else {
            out[length++] = *at++;
        }
    }
    out[length] = '\0';
    return out;
}

/* In ONNX's syntax whole numbers are the bits of a small float. Cases mean numbers: those in braces
 * behind a declaration `type[dims] name =` or a value `type[dims]` get a point. Makes a copy, which
 * the caller frees. */
static char *point_numbers(const char *text, const char *type)
{
    size_t n = strlen(type), length = 0;
    char *out = malloc(3 * strlen(text) + 1);
    cr_assert(out);
    while (*text) {
        bool is_start = length == 0 || !is_word_char(out[length - 1]);
        size_t skip = is_start && !strncmp(text, type, n) && !is_word_char(text[n]) ? n : 0;
        if (skip) {
            skip += text[skip] == '[' ? strcspn(text + skip, "]") + 1 : 0;
            skip += strspn(text + skip, " ");
            while (is_word_char(text[skip]))
                skip++;
            skip += strspn(text + skip, " ");
        }
        bool has_numbers = skip && (text[skip] == '=' || text[skip] == '{');
        skip = skip ? skip : 1;
        memcpy(out + length, text, skip);
        length += skip;
        text += skip;
        while (has_numbers && *text && *text != '}') {
            size_t word = strcspn(text, ", {}"), digits = strspn(text, "-0123456789");
            memcpy(out + length, text, word);
            length += word;
            if (word && digits == word)
                length += (size_t)sprintf(out + length, ".0");
            text += word;
            if (*text && *text != '}')
                out[length++] = *text++;
        }
    }
    out[length] = '\0';
    return out;
}

static const op_case *poor_case; /* the last one that has run without memory */

static void run_at_version(const char *body, const op_case *c, const finnc_op *op, int version,
                           const char *where)
{
    const char *domain = op->domain ? op->domain : "";
    size_t size = strlen(body) + 500;
    char *text = malloc(size);
    cr_assert(text);
    int n = snprintf(text, size, "<ir_version: 13, opset_import: [\"\" : %d",
                     *domain ? newest("") : version);
    if (*domain)
        n += snprintf(text + n, size - (size_t)n, ", \"%s\" : %d", domain, version);
    snprintf(text + n, size - (size_t)n, "]>\n%s", body);
    const char *wrong = run_model(text, c, op);
    nran++;
    if (wrong && nfailed++ < 200)
        cr_log_error("%s: %s\n%s", where, wrong, text);
    else if (!wrong && !*c->fails && c != poor_case) /* one of its types is enough */
        run_model_poorly(text, where);
    poor_case = c;
    free(text);
}

static void run_versions(const char *body, const op_case *c, const finnc_op *op, const char *where)
{
    if (!c->nversions)
        run_at_version(body, c, op, newest(op->domain ? op->domain : ""), where);
    for (size_t v = 0; v < c->nversions; v++)
        run_at_version(body, c, op, c->versions[v], where);
}

static void spread(const char *body, const op_case *c, const finnc_op *op, size_t t,
                   const char *where);

static void spread_one(const char *body, const op_case *c, const finnc_op *op, size_t t,
                       const char *choice, const char *where)
{
    char lower[40];
    bool is_elem = finnc_elem_find(choice) != FINNC_ELEM_UNDEFINED;
    size_t n = 0;
    for (; choice[n] && n + 1 < sizeof lower; n++)
        lower[n] = is_elem ? (char)tolower((unsigned char)choice[n]) : choice[n];
    lower[n] = '\0';
    finnc_elem elem = finnc_elem_find(choice);
    char *bound = replace_word(body, c->types[t].word, lower);
    if (finnc_elem_is_float(elem) && finnc_elem_bits(elem) <= 16) {
        char *pointed = point_numbers(bound, lower);
        free(bound);
        bound = pointed;
    }
    spread(bound, c, op, t + 1, where);
    free(bound);
}

/* Strings have quotes, and complex numbers are two. */
static const finnc_types spelt_otherwise = FINNC_TYPE(STRING) | FINNC_TYPES_COMPLEX;

static void spread(const char *body, const op_case *c, const finnc_op *op, size_t t,
                   const char *where)
{
    if (t == c->ntypes) {
        run_versions(body, c, op, where);
        return;
    }
    const case_binding *b = &c->types[t];
    int before = nran;
    for (size_t i = 0; !b->is_all && i < b->count; i++)
        spread_one(body, c, op, t, b->choices[i], where);
    for (size_t v = 0; b->is_all && v < FINNC_OP_MAX_TYPES && op->types[v].name; v++)
        for (int e = 1; !strcmp(op->types[v].name, b->word) && e < 40; e++)
            if ((op->types[v].types & ~spelt_otherwise) >> e & 1)
                spread_one(body, c, op, t, finnc_elem_name((finnc_elem)e), where);
    cr_assert_gt(nran, before, "%s: %s=%s is nothing", where, b->word, b->choices[0]);
}

/* ---- files ---- */

/* A folder is named as the symbols of its ops begin. */
static const finnc_op *find_op(const char *folder, const char *name)
{
    static const struct {
        const char *folder, *domain;
    } domains[] = {{"onnx", ""},
                   {"ml", "ai.onnx.ml"},
                   {"training", "ai.onnx.preview.training"},
                   {"preview", "ai.onnx.preview"},
                   {"qonnx", "qonnx.custom_op.general"},
                   {"qonnx", "qonnx.custom_op.channels_last"},
                   {"finn", "finn.custom_op.fpgadataflow"},
                   {"finnc", "finnc"}};
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
        const finnc_op *op =
            strcmp(domains[i].folder, folder) != 0 ? NULL : finnc_op_find(domains[i].domain, name);
        if (op)
            return op;
    }
    return NULL;
}

static void run_file(const char *path, const char *folder)
{
    size_t count;
    op_case *cases = read_cases(path, &count);
    for (size_t i = 0; i < count; i++) {
        const finnc_op *op = find_op(folder, cases[i].op);
        char where[700];
        snprintf(where, sizeof where, "%s:%d: %s: %s", path, cases[i].line, cases[i].op,
                 cases[i].words);
        cr_assert(op, "%s: there is no such op", where);
        seen[index_of(op)].has_case = true;
        spread(cases[i].body, &cases[i], op, 0, where);
    }
    free_cases(cases, count);
}

static void run_folder(const char *root, const char *folder)
{
    char path[600];
    struct dirent **entries;
    const char *only = getenv("FINNC_CASES");
    snprintf(path, sizeof path, "%s/%s", root, folder);
    int n = scandir(path, &entries, NULL, alphasort);
    cr_assert(n >= 0, "%s", path);
    for (int i = 0; i < n; i++) {
        const char *dot = strrchr(entries[i]->d_name, '.');
        snprintf(path, sizeof path, "%s/%s/%s", root, folder, entries[i]->d_name);
        if (dot && !strcmp(dot, ".txt") && (!only || strstr(path, only)))
            run_file(path, folder);
        free(entries[i]);
    }
    free(entries);
}

/* ---- claims ---- */

static const finnc_types elements = FINNC_TYPES_ANY | FINNC_TYPES_FLOAT6;

static void check_claims(const finnc_op *op, int *unproved)
{
    size_t at = index_of(op);
    char text[400];
    for (size_t v = 0; v < FINNC_OP_MAX_VERSIONS && op->since[v]; v++)
        if (!(seen[at].versions >> v & 1)) {
            cr_log_error("%s: no case exercises version %d", op->name, op->since[v]);
            ++*unproved;
        }
    for (size_t t = 0; t < FINNC_OP_MAX_TYPES && op->types[t].name; t++) {
        finnc_types missing = op->types[t].types & elements & ~seen[at].types[t];
        if (op->types[t].types & FINNC_TYPES_NO_TENSOR)
            missing = 0; /* sequences and such are no elements */
        if (missing) {
            cr_log_error("%s: no case exercises %s as %s", op->name, op->types[t].name,
                         finnc_types_text(missing, text, sizeof text));
            ++*unproved;
        }
    }
}

Test(cases, every_row_is_exercised_as_it_claims)
{
    static const char *const folders[] = {"onnx", "ml", "training", "preview", "qonnx", "finn"};
    int unproved = 0;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        run_folder(FNC_SOURCE_DIR "/tests/interp/cases", folders[i]);
    for (size_t i = 0; finnc_op_at(i); i++)
        if (seen[i].has_case)
            check_claims(finnc_op_at(i), &unproved);
    cr_log_info("%d runs", nran);
    cr_assert_eq(nfailed, 0, "%d of %d runs failed", nfailed, nran);
    cr_assert_eq(unproved, 0, "%d claims are not exercised", unproved);
}
