/* SVMClassifier and SVMRegressor: samples compared with support vectors through a kernel function,
 * and weighed. Without support vectors they are linear. Votes, scores and probabilities as in
 * libsvm. */
#include "../../product.h"
#include "scores.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- the kernel function ---- */

typedef struct svm {
    char kind; /* of the kernel function: its first letter */
    double gamma, coef0, degree;
    fnc_rows rows;
    const double *vectors; /* what rows are compared with, as wide as they */
    int64_t nvectors;
    double *similarity; /* rows.n x nvectors */
} svm;

static finnc_status read_kernel(fnc_call *call, svm *s)
{
    static const char *const names[] = {"LINEAR", "POLY", "RBF", "SIGMOID"};
    const char *name = finnc_node_string(call->node, "kernel_type", "LINEAR");
    const double *params;
    int64_t count;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], name))
            s->kind = name[0];
    if (!s->kind)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "there is no kernel_type %s", name);
    FINNC_TRY(fnc_attr_doubles(call, "kernel_params", &params, &count));
    if (count != 0 && count != 3)
        return finnc_fail(
            call->cx, FINNC_BAD_VALUE,
            "attribute kernel_params has %" PRId64 " entries, not gamma, coef0 and degree", count);
    if (count == 3) {
        s->gamma = params[0];
        s->coef0 = params[1];
        s->degree = params[2];
    }
    return FINNC_OK;
}

/* A row with vectors [begin, end). */
static void compare_row(const svm *s, int64_t row, int64_t begin, int64_t end)
{
    const double *x = s->rows.x + row * s->rows.nfeatures;
    for (int64_t j = begin; j < end; j++) {
        const double *v = s->vectors + j * s->rows.nfeatures;
        double sum = 0;
        for (int64_t f = 0; f < s->rows.nfeatures; f++)
            sum += (x[f] - v[f]) * (x[f] - v[f]);
        s->similarity[row * s->nvectors + j] = exp(-s->gamma * sum);
    }
}

/* Items: a row and a vector. */
static void compare_rbf(void *user, int64_t begin, int64_t end)
{
    const svm *s = user;
    while (begin < end) {
        int64_t row = begin / s->nvectors, first = begin % s->nvectors;
        int64_t n = s->nvectors - first < end - begin ? s->nvectors - first : end - begin;
        compare_row(s, row, first, first + n);
        begin += n;
    }
}

static void bend_products(void *user, int64_t begin, int64_t end)
{
    const svm *s = user;
    for (int64_t i = begin; i < end; i++) {
        double x = s->gamma * s->similarity[i] + s->coef0;
        s->similarity[i] = s->kind == 'P' ? pow(x, s->degree) : tanh(x);
    }
}

/* Compares each row with each of `count` vectors. */
static finnc_status compare(fnc_call *call, svm *s, const double *vectors, int64_t nnumbers,
                            int64_t count)
{
    int64_t width = s->rows.nfeatures, needed, nelems;
    if (!fnc_mul_i64(count, width, &needed) || nnumbers != needed)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " numbers for %" PRId64 " vectors of %" PRId64 " features",
                          nnumbers, count, width);
    const int64_t shape[] = {s->rows.n, count};
    FINNC_TRY(finnc_shape_nelems(call->cx, 2, shape, &nelems));
    s->vectors = vectors;
    s->nvectors = count;
    s->similarity = FNC_SCRATCH(call, double, nelems);
    if (!s->similarity)
        return finnc_no_memory(call->cx);
    if (s->kind == 'R') {
        fnc_parallel_long(call, nelems, width + 16, compare_rbf, s);
        return FINNC_OK;
    }
    FINNC_TRY(fnc_product(call, FINNC_ELEM_DOUBLE, s->rows.n, count, width,
                          (fnc_factor){s->rows.x, width, false}, (fnc_factor){vectors, width, true},
                          s->similarity, count));
    if (s->kind != 'L')
        fnc_parallel_long(call, nelems, 32, bend_products, s);
    return FINNC_OK;
}

/* ---- SVMRegressor ---- */

static finnc_status need_rho(fnc_call *call, int64_t needed, const double **rho)
{
    int64_t count;
    FINNC_TRY(fnc_attr_doubles(call, "rho", rho, &count));
    if (count < needed)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute rho has %" PRId64 " entries, needs %" PRId64, count, needed);
    return FINNC_OK;
}

/* rho plus the weighed similarities, a score per row. */
static finnc_status regress(fnc_call *call, svm *s, double *scores)
{
    const double *weights, *vectors, *rho;
    int64_t nweights, nnumbers, nvectors = finnc_node_attr_int(call->node, "n_supports");
    FINNC_TRY(need_rho(call, 1, &rho));
    FINNC_TRY(fnc_attr_doubles(call, "coefficients", &weights, &nweights));
    if (nvectors < 1) {
        s->kind = 'L';
        FINNC_TRY(compare(call, s, weights, nweights, 1));
    } else {
        FINNC_TRY(fnc_attr_doubles(call, "support_vectors", &vectors, &nnumbers));
        FINNC_TRY(compare(call, s, vectors, nnumbers, nvectors));
        if (nweights != nvectors)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " coefficients for %" PRId64 " support vectors", nweights,
                              nvectors);
    }
    fnc_patience patience = {.cx = call->cx};
    for (int64_t i = 0; i < s->rows.n && fnc_patience_lasts(&patience, s->nvectors); i++) {
        double sum = rho[0];
        for (int64_t j = 0; j < s->nvectors; j++)
            sum += (nvectors < 1 ? 1 : weights[j]) * s->similarity[i * s->nvectors + j];
        scores[i] = sum;
    }
    return FINNC_OK;
}

static finnc_status svm_regressor(fnc_call *call)
{
    svm s = {0};
    fnc_transform transform;
    float *y;
    FINNC_TRY(fnc_rows_read(call, &s.rows));
    FINNC_TRY(fnc_transform_read(call, &transform));
    FINNC_TRY(read_kernel(call, &s));
    double *scores = FNC_SCRATCH(call, double, s.rows.n);
    if (!scores)
        return finnc_no_memory(call->cx);
    FINNC_TRY(regress(call, &s, scores));
    const int64_t dims[] = {s.rows.n, 1};
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, 2, dims, &y));
    bool is_one_class = finnc_node_attr_int(call->node, "one_class") != 0;
    for (int64_t i = 0; i < s.rows.n; i++) {
        if (!is_one_class)
            fnc_transform_row(transform, &scores[i], 1);
        y[i] = is_one_class ? (scores[i] > 0 ? 1 : -1) : (float)scores[i];
    }
    return FINNC_OK;
}

/* ---- SVMClassifier ---- */

typedef struct classifier {
    const finnc_ctx *cx;
    svm s;
    int64_t nclasses, npairs; /* pairs: (0, 1), (0, 2), ... (1, 2) ... */
    fnc_transform transform;
    const double *weights; /* nclasses x nfeatures if linear, else (nclasses - 1) x nvectors */
    int64_t nweights;
    const int64_t *sizes;                /* vectors of each class; NULL: linear */
    const double *rho, *prob_a, *prob_b; /* for each pair; prob_a NULL: no probabilities */
    bool is_positive;                    /* no coefficient is negative */
    int64_t width;                       /* of a row of z */
    float *z;
    int64_t *classes;
    double *scratch; /* `nscratch` for each thread */
    int64_t nscratch;
} classifier;

/* The decision for each pair, and the votes that the classes get by them. */
static void decide(const classifier *c, int64_t row, double *pairs, double *votes,
                   fnc_patience *patience)
{
    const double *similarity = c->s.similarity + row * c->s.nvectors;
    int64_t n = c->s.nvectors, pair = 0, first = 0;
    for (int64_t i = 0; i < c->nclasses; i++)
        votes[i] = 0;
    for (int64_t i = 0; i < c->nclasses; first += c->sizes[i++]) {
        if (!fnc_patience_lasts(patience, n + c->nclasses * (8 + c->sizes[i])))
            return;
        int64_t second = first + c->sizes[i];
        for (int64_t j = i + 1; j < c->nclasses; second += c->sizes[j++]) {
            double sum = 0;
            for (int64_t v = first; v < first + c->sizes[i]; v++)
                sum += c->weights[(j - 1) * n + v] * similarity[v];
            for (int64_t v = second; v < second + c->sizes[j]; v++)
                sum += c->weights[i * n + v] * similarity[v];
            sum += c->rho[pair];
            pairs[pair++] = sum;
            votes[sum > 0 ? i : j]++;
        }
    }
}

/* Probabilities of k classes from those of pairs (r[i, j]: of i, if it is i or j), by the second
 * method of Wu, Lin and Weng, "Probability estimates for multi-class classification by pairwise
 * coupling" (2004), iterated as libsvm does. `q`: k x k, `qp`: k. */
static void couple(int64_t k, const double *r, double *q, double *qp, double *p,
                   fnc_patience *patience)
{
    for (int64_t t = 0; t < k && fnc_patience_lasts(patience, 4 * k); t++) {
        p[t] = 1.0 / (double)k;
        q[t * k + t] = 0;
        for (int64_t j = 0; j < k; j++)
            if (j != t) {
                q[t * k + t] += r[j * k + t] * r[j * k + t];
                q[t * k + j] = -r[j * k + t] * r[t * k + j];
            }
    }
    for (int64_t round = 0; round < (k > 100 ? k : 100); round++) {
        if (!fnc_patience_lasts(patience, 2 * k))
            return;
        double pqp = 0, worst = 0;
        for (int64_t t = 0; t < k && fnc_patience_lasts(patience, k); t++) {
            qp[t] = 0;
            for (int64_t j = 0; j < k; j++)
                qp[t] += q[t * k + j] * p[j];
            pqp += p[t] * qp[t];
        }
        for (int64_t t = 0; t < k; t++)
            worst = fmax(worst, fabs(qp[t] - pqp));
        if (worst < 0.005 / (double)k)
            return;
        for (int64_t t = 0; t < k && fnc_patience_lasts(patience, 8 * k); t++) {
            double step = (pqp - qp[t]) / q[t * k + t];
            p[t] += step;
            pqp = (pqp + step * (step * q[t * k + t] + 2 * qp[t])) / (1 + step) / (1 + step);
            for (int64_t j = 0; j < k; j++) {
                qp[j] = (qp[j] + step * q[t * k + j]) / (1 + step);
                p[j] /= 1 + step;
            }
        }
    }
}

/* Platt's sigmoid for each pair, then coupled. `work`: 2 k x k + k. */
static void estimate(const classifier *c, const double *pairs, double *work, double *p,
                     fnc_patience *patience)
{
    int64_t k = c->nclasses, pair = 0;
    double *r = work, *q = r + k * k, *qp = q + k * k;
    for (int64_t i = 0; i < k && fnc_patience_lasts(patience, 32 * k); i++)
        for (int64_t j = i + 1; j < k; j++, pair++) {
            double x = 1 - fnc_logistic(pairs[pair] * c->prob_a[pair] + c->prob_b[pair]);
            x = x > 1e-7 ? x < 1 - 1e-7 ? x : 1 - 1e-7 : 1e-7; /* a NaN becomes 1e-7 */
            r[i * k + j] = x;
            r[j * k + i] = 1 - x;
        }
    couple(k, r, q, qp, p, patience);
}

/* Two linear scores: onnxruntime says the second class as soon as the greater one is positive (at
 * least a half, if no coefficient is negative). */
static int64_t choose_linear(const classifier *c, const double *scores)
{
    int64_t best = fnc_greatest(scores, c->nclasses);
    bool is_second = c->is_positive ? scores[best] >= 0.5 : scores[best] > 0;
    return c->nclasses == 2 && is_second ? 1 : best;
}

static void classify_row(const classifier *c, int64_t row, double *pairs, fnc_patience *patience)
{
    int64_t k = c->nclasses;
    double *scores = pairs + c->npairs, *votes = scores + c->width;
    if (!c->sizes) {
        for (int64_t i = 0; i < k; i++)
            scores[i] = c->s.similarity[row * k + i] + c->rho[0];
        c->classes[row] = choose_linear(c, scores);
    } else {
        decide(c, row, pairs, votes, patience);
        c->classes[row] = fnc_greatest(votes, k);
        if (c->prob_a)
            estimate(c, pairs, votes + k, scores, patience);
        else if (k > 2)
            memcpy(scores, pairs, (size_t)c->npairs * sizeof *pairs);
    }
    if (c->sizes && !c->prob_a && k == 2)
        fnc_transform_pair(c->transform, c->transform != FNC_TRANSFORM_NONE, pairs[0], scores);
    else
        fnc_transform_row(c->transform, scores, c->width);
    fnc_convert(FINNC_ELEM_DOUBLE, scores, FINNC_ELEM_FLOAT, c->z + row * c->width, c->width);
}

/* Items: rows. */
static void classify(void *user, int64_t begin, int64_t end)
{
    const classifier *c = user;
    fnc_patience patience = {.cx = c->cx};
    for (int64_t i = begin; i < end && fnc_patience_lasts(&patience, c->width); i++)
        classify_row(c, i, c->scratch + fnc_parallel_thread() * c->nscratch, &patience);
}

/* ---- what the attributes say ---- */

static finnc_status count_vectors(fnc_call *call, classifier *c, int64_t *count)
{
    size_t n;
    const int64_t *sizes = finnc_node_ints(call->node, "vectors_per_class", &n);
    *count = 0;
    for (size_t i = 0; i < n; i++)
        if (sizes[i] < 0 || !fnc_add_i64(*count, sizes[i], count))
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "attribute vectors_per_class holds %" PRId64, sizes[i]);
    if (*count == 0)
        return FINNC_OK;
    if ((int64_t)n != c->nclasses)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute vectors_per_class has %zu entries for %" PRId64 " classes", n,
                          c->nclasses);
    c->sizes = sizes;
    return FINNC_OK;
}

static finnc_status read_probabilities(fnc_call *call, classifier *c)
{
    int64_t na, nb;
    FINNC_TRY(fnc_attr_doubles(call, "prob_a", &c->prob_a, &na));
    FINNC_TRY(fnc_attr_doubles(call, "prob_b", &c->prob_b, &nb));
    if (na != nb || (na > 0 && na < c->npairs))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attributes prob_a and prob_b have %" PRId64 " and %" PRId64
                          " entries for %" PRId64 " pairs of classes",
                          na, nb, c->npairs);
    if (na == 0)
        c->prob_a = NULL;
    return FINNC_OK;
}

static finnc_status prepare_vectors(fnc_call *call, classifier *c, int64_t nvectors)
{
    const double *vectors;
    int64_t nnumbers, needed;
    FINNC_TRY(fnc_attr_doubles(call, "support_vectors", &vectors, &nnumbers));
    FINNC_TRY(compare(call, &c->s, vectors, nnumbers, nvectors));
    FINNC_TRY(need_rho(call, c->npairs, &c->rho));
    FINNC_TRY(read_probabilities(call, c));
    if (!fnc_mul_i64(c->nclasses - 1, nvectors, &needed) || c->nweights < needed)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " coefficients for %" PRId64 " classes and %" PRId64
                          " support vectors",
                          c->nweights, c->nclasses, nvectors);
    c->width = c->prob_a ? c->nclasses : c->nclasses > 2 ? c->npairs : 2;
    return FINNC_OK;
}

static finnc_status prepare(fnc_call *call, classifier *c)
{
    int64_t nvectors, k = c->nclasses;
    if (k < 1 || k > 65535) /* pairs are counted */
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "there are %" PRId64 " class labels", k);
    FINNC_TRY(count_vectors(call, c, &nvectors));
    FINNC_TRY(fnc_attr_doubles(call, "coefficients", &c->weights, &c->nweights));
    c->is_positive = true;
    for (int64_t i = 0; i < c->nweights; i++)
        c->is_positive &= c->weights[i] >= 0;
    if (c->sizes) {
        c->npairs = k * (k - 1) / 2;
        return prepare_vectors(call, c, nvectors);
    }
    c->s.kind = 'L';
    c->width = k;
    FINNC_TRY(need_rho(call, 1, &c->rho));
    return compare(call, &c->s, c->weights, c->nweights, k);
}

static finnc_status svm_classifier(fnc_call *call)
{
    static const char *const names[] = {"classlabels_ints", "classlabels_strings", NULL};
    classifier c = {.cx = call->cx};
    fnc_labels labels;
    FINNC_TRY(fnc_rows_read(call, &c.s.rows));
    FINNC_TRY(fnc_labels_read(call, names, &labels));
    FINNC_TRY(fnc_transform_read(call, &c.transform));
    FINNC_TRY(read_kernel(call, &c.s));
    c.nclasses = labels.list.nelems;
    FINNC_TRY(prepare(call, &c));
    const int64_t dims[] = {c.s.rows.n, c.width}, k = c.nclasses;
    FINNC_TRY(fnc_out(call, 1, FINNC_ELEM_FLOAT, 2, dims, &c.z));
    c.classes = FNC_SCRATCH(call, int64_t, c.s.rows.n);
    c.nscratch = c.npairs + c.width + k + (c.prob_a ? 2 * k * k + k : 0);
    c.scratch = FNC_SCRATCH(call, double, c.nscratch * call->threads);
    if (!c.classes || !c.scratch)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < c.nscratch * call->threads; i++)
        c.scratch[i] = 0;
    fnc_parallel_long(call, c.s.rows.n, k * (c.s.nvectors + 8), classify, &c);
    FINNC_TRY(finnc_ctx_check(call->cx)); /* labels are looked up by what was found */
    return fnc_labels_put(call, &labels, c.classes, c.s.rows.n);
}

const fnc_kernel fnc_kernel_ml_svm_classifier = {.run = svm_classifier};
const fnc_kernel fnc_kernel_ml_svm_regressor = {.run = svm_regressor};
