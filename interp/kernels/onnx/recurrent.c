/* RNN, GRU and LSTM: what one step does to one sequence. The standard's names: z update, r reset,
 * h hidden gate; i input, o output, f forget, c cell gate. Version 1 wrote H * R where later ones
 * write H * R'; all that ever ran it transposed R. */
#include "../recurrent.h"

/* ---- RNN ---- */

#define RNN(NAME, T, ...)                                                                          \
    static void rnn_##NAME(const fnc_recurrent *s, int64_t n)                                      \
    {                                                                                              \
        const T *x = fnc_recurrent_input(s, n), *hr = (const T *)s->gates + n * s->hidden;         \
        T *h = (T *)s->h + n * s->hidden;                                                          \
        for (int64_t j = 0; j < s->hidden; j++)                                                    \
            h[j] = x[j] + hr[j];                                                                   \
        fnc_recurrent_activate(s, 0, h, s->hidden);                                                \
    }
FNC_FLOATS(RNN, )

static finnc_status rnn_step(fnc_recurrent *s)
{
    FINNC_TRY(fnc_recurrent_product(s, s->h, 0, 1));
    fnc_recurrent_rows(s, s->elem == FINNC_ELEM_FLOAT ? rnn_FLOAT : rnn_DOUBLE);
    return FINNC_OK;
}

static finnc_status rnn(fnc_call *call)
{
    fnc_cell cell = {.gates = 1, .activations = 1, .fallback = {"Tanh"}, .step = rnn_step};
    return fnc_recurrent_run(call, &cell);
}

/* ---- GRU ---- */

/* z and r, side by side; then what of the state goes into the hidden gate: to be multiplied by R
 * yet, or (linear_before_reset) as it comes from there. */
#define GRU(NAME, T, ...)                                                                          \
    static void gru_reset_##NAME(const fnc_recurrent *s, int64_t n)                                \
    {                                                                                              \
        int64_t size = s->hidden;                                                                  \
        const T *x = fnc_recurrent_input(s, n), *h = (const T *)s->h + n * size;                   \
        T *z = (T *)s->gates + n * 3 * size, *r = z + size, *rh = (T *)s->spare + n * size;        \
        for (int64_t j = 0; j < 2 * size; j++)                                                     \
            z[j] += x[j];                                                                          \
        fnc_recurrent_activate(s, 0, z, 2 * size);                                                 \
        for (int64_t j = 0; j < size; j++)                                                         \
            rh[j] = r[j] * h[j];                                                                   \
    }                                                                                              \
    static void gru_hidden_##NAME(const fnc_recurrent *s, int64_t n)                               \
    {                                                                                              \
        int64_t size = s->hidden;                                                                  \
        const T *x = (const T *)fnc_recurrent_input(s, n) + 2 * size;                              \
        T *z = (T *)s->gates + n * 3 * size, *g = z + 2 * size, *h = (T *)s->h + n * size;         \
        for (int64_t j = 0; j < size; j++)                                                         \
            g[j] += x[j];                                                                          \
        fnc_recurrent_activate(s, 1, g, size);                                                     \
        for (int64_t j = 0; j < size; j++)                                                         \
            h[j] = (1 - z[j]) * g[j] + z[j] * h[j];                                                \
    }                                                                                              \
    static void gru_late_##NAME(const fnc_recurrent *s, int64_t n)                                 \
    {                                                                                              \
        int64_t size = s->hidden;                                                                  \
        T *r = (T *)s->gates + n * 3 * size + size, *g = r + size;                                 \
        const T *bias = s->recurrence ? (const T *)s->recurrence + 2 * size : NULL;                \
        gru_reset_##NAME(s, n);                                                                    \
        for (int64_t j = 0; j < size; j++)                                                         \
            g[j] = r[j] * (g[j] + (bias ? bias[j] : 0));                                           \
        gru_hidden_##NAME(s, n);                                                                   \
    }
FNC_FLOATS(GRU, )

static finnc_status gru_step(fnc_recurrent *s)
{
    bool is_float = s->elem == FINNC_ELEM_FLOAT;
    FINNC_TRY(fnc_recurrent_product(s, s->h, 0, 2));
    fnc_recurrent_rows(s, is_float ? gru_reset_FLOAT : gru_reset_DOUBLE);
    FINNC_TRY(fnc_recurrent_product(s, s->spare, 2, 1));
    fnc_recurrent_rows(s, is_float ? gru_hidden_FLOAT : gru_hidden_DOUBLE);
    return FINNC_OK;
}

static finnc_status gru_late_step(fnc_recurrent *s)
{
    FINNC_TRY(fnc_recurrent_product(s, s->h, 0, 3));
    fnc_recurrent_rows(s, s->elem == FINNC_ELEM_FLOAT ? gru_late_FLOAT : gru_late_DOUBLE);
    return FINNC_OK;
}

static finnc_status gru(fnc_call *call)
{
    fnc_cell cell = {
        .gates = 3, .activations = 2, .fallback = {"Sigmoid", "Tanh"}, .step = gru_step};
    if (finnc_node_attr_int(call->node, "linear_before_reset")) {
        cell.keeps_last_bias = true;
        cell.step = gru_late_step;
    }
    return fnc_recurrent_run(call, &cell);
}

/* ---- LSTM ---- */

/* The third activation's input is clipped, too, but not the cell that stays. */
#define LSTM(NAME, T, ...)                                                                         \
    static void lstm_row_##NAME(const fnc_recurrent *s, int64_t n, bool input_forget)              \
    {                                                                                              \
        int64_t size = s->hidden;                                                                  \
        const T *x = fnc_recurrent_input(s, n), *peep = s->peepholes;                              \
        T *i = (T *)s->gates + n * 4 * size, *o = i + size, *f = o + size, *g = f + size;          \
        T *h = (T *)s->h + n * size, *c = (T *)s->c + n * size;                                    \
        for (int64_t j = 0; j < 4 * size; j++)                                                     \
            i[j] += x[j];                                                                          \
        for (int64_t j = 0; peep && j < size; j++) {                                               \
            i[j] += peep[j] * c[j];                                                                \
            f[j] += peep[2 * size + j] * c[j];                                                     \
        }                                                                                          \
        fnc_recurrent_activate(s, 0, i, size);                                                     \
        fnc_recurrent_activate(s, 0, f, size);                                                     \
        fnc_recurrent_activate(s, 1, g, size);                                                     \
        for (int64_t j = 0; j < size; j++) {                                                       \
            c[j] = (input_forget ? 1 - i[j] : f[j]) * c[j] + i[j] * g[j];                          \
            h[j] = c[j];                                                                           \
            if (peep)                                                                              \
                o[j] += peep[size + j] * c[j];                                                     \
        }                                                                                          \
        fnc_recurrent_activate(s, 0, o, size);                                                     \
        fnc_recurrent_activate(s, 2, h, size);                                                     \
        for (int64_t j = 0; j < size; j++)                                                         \
            h[j] *= o[j];                                                                          \
    }                                                                                              \
    static void lstm_##NAME(const fnc_recurrent *s, int64_t n)                                     \
    {                                                                                              \
        lstm_row_##NAME(s, n, false);                                                              \
    }                                                                                              \
    static void lstm_coupled_##NAME(const fnc_recurrent *s, int64_t n)                             \
    {                                                                                              \
        lstm_row_##NAME(s, n, true);                                                               \
    }
FNC_FLOATS(LSTM, )

static finnc_status lstm_step(fnc_recurrent *s)
{
    FINNC_TRY(fnc_recurrent_product(s, s->h, 0, 4));
    fnc_recurrent_rows(s, s->elem == FINNC_ELEM_FLOAT ? lstm_FLOAT : lstm_DOUBLE);
    return FINNC_OK;
}

static finnc_status lstm_coupled_step(fnc_recurrent *s)
{
    FINNC_TRY(fnc_recurrent_product(s, s->h, 0, 4));
    fnc_recurrent_rows(s, s->elem == FINNC_ELEM_FLOAT ? lstm_coupled_FLOAT : lstm_coupled_DOUBLE);
    return FINNC_OK;
}

static finnc_status lstm(fnc_call *call)
{
    fnc_cell cell = {.gates = 4,
                     .activations = 3,
                     .fallback = {"Sigmoid", "Tanh", "Tanh"},
                     .has_cells = true,
                     .step = lstm_step};
    if (finnc_node_attr_int(call->node, "input_forget"))
        cell.step = lstm_coupled_step;
    return fnc_recurrent_run(call, &cell);
}

const fnc_kernel fnc_kernel_onnx_rnn = {.run = rnn};
const fnc_kernel fnc_kernel_onnx_gru = {.run = gru};
const fnc_kernel fnc_kernel_onnx_lstm = {.run = lstm};
