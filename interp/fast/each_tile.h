/* A tile of each_body.h, with sums of type SUM; NAME(x) is what x is called then, and THRESHOLDS
 * which of a layer's are of that type. */

enum { NAME(LANES) = sizeof(V) / sizeof(SUM), NAME(PARTS) = FNC_DOT_EACH / NAME(LANES) };
/* As many sums as stay in registers. */
enum { NAME(PIXELS) = NAME(PARTS) <= 2 ? 4 : NAME(PARTS) <= 4 ? 2 : 1 };

typedef SUM NAME(sums) __attribute__((vector_size(sizeof(V)), aligned(2), may_alias));
typedef int16_t NAME(weights)
    __attribute__((vector_size(2 * sizeof(V) / sizeof(SUM)), aligned(2), may_alias));
typedef uint8_t NAME(codes)
    __attribute__((vector_size(sizeof(V) / sizeof(SUM)), aligned(1), may_alias));
typedef int32_t NAME(ints)
    __attribute__((vector_size(4 * sizeof(V) / sizeof(SUM)), aligned(4), may_alias));

/* What comes of the sums of a pixel's block: codes, their bits, or the sums. */
static inline __attribute__((always_inline)) void
NAME(put)(const fnc_dot *dot, int64_t block, const NAME(sums) * codes, uint8_t *pixel)
{
    const int64_t first = block * FNC_DOT_EACH, rest = dot->channels - first;
    const size_t n = (size_t)(rest < FNC_DOT_EACH ? rest : FNC_DOT_EACH);
    if (dot->nthresholds == 0) {
        int32_t sums[FNC_DOT_EACH];
        for (int64_t i = 0; i < NAME(PARTS); i++)
            *(NAME(ints) *)(void *)(sums + i * NAME(LANES)) =
                __builtin_convertvector(codes[i], NAME(ints));
        memcpy(pixel + 4 * first, sums, n * sizeof *sums);
        return;
    }
    uint8_t bytes[FNC_DOT_EACH];
    for (int64_t i = 0; i < NAME(PARTS); i++)
        *(NAME(codes) *)(void *)(bytes + i * NAME(LANES)) =
            __builtin_convertvector(codes[i], NAME(codes));
    if (!dot->is_packed) {
        memcpy(pixel + first, bytes, n);
        return;
    }
    for (int64_t k = 0; k < FNC_DOT_EACH / 8; k++)
        pixel[first / 8 + k] = fnc_eight_bits(bytes + 8 * k, 0);
}

/* `n` pixels from `in` on, the same block of channels. */
static inline __attribute__((always_inline)) void
NAME(tile)(const fnc_dot_job *job, int64_t block, const uint8_t *in, const int n, uint8_t *out)
{
    const fnc_dot *dot = job->dot;
    const int16_t *w = dot->taps + block * dot->units * FNC_DOT_EACH;
    NAME(sums) sums[NAME(PIXELS)][NAME(PARTS)] = {0}, codes[NAME(PIXELS)][NAME(PARTS)] = {0};
    in += block * FNC_DOT_EACH;
    for (int64_t u = 0; u < dot->units; u++, w += FNC_DOT_EACH)
        for (int64_t i = 0; i < NAME(PARTS); i++) {
            const NAME(sums) weights = __builtin_convertvector(
                *(const NAME(weights) *)(const void *)(w + i * NAME(LANES)), NAME(sums));
            const uint8_t *at = in + dot->offsets[u] + i * NAME(LANES);
            for (int p = 0; p < n; p++, at += dot->step_w)
                sums[p][i] += weights * __builtin_convertvector(
                                            *(const NAME(codes) *)(const void *)at, NAME(sums));
        }
    const SUM *t = dot->THRESHOLDS + block * dot->nthresholds * FNC_DOT_EACH;
    for (int64_t j = 0; j < dot->nthresholds; j++, t += FNC_DOT_EACH)
        for (int64_t i = 0; i < NAME(PARTS); i++) {
            const NAME(sums) threshold = *(const NAME(sums) *)(const void *)(t + i * NAME(LANES));
            for (int p = 0; p < n; p++) /* a comparison gives -1 where it holds */
                codes[p][i] -= sums[p][i] >= threshold;
        }
    for (int p = 0; p < n; p++)
        NAME(put)(dot, block, dot->nthresholds ? codes[p] : sums[p], out + p * job->out_pixel);
}

static void NAME(row)(const fnc_dot_job *job, int64_t row, int64_t block)
{
    const uint8_t *in = job->in + row * job->dot->step_h;
    uint8_t *out = job->out + row * job->out_row;
    int64_t x = 0;
    for (; x + NAME(PIXELS) <= job->width; x += NAME(PIXELS))
        NAME(tile)(job, block, in + x * job->dot->step_w, NAME(PIXELS), out + x * job->out_pixel);
    for (; x < job->width; x++)
        NAME(tile)(job, block, in + x * job->dot->step_w, 1, out + x * job->out_pixel);
}
