/* The kernels of throughput mode, for a register V of an instruction set. Whoever includes this has
 * defined V, a vector of uint64_t, ADD3(a, b, c) (the sum bit), CARRY3(a, b, c) (the majority) and
 * BORROW(x, y, b) (the majority of not x, y and b). */

/* (high, low) = a + b + c */
#define FULL(high, low, a, b, c)                                                                   \
    do {                                                                                           \
        const V a_ = (a), b_ = (b), c_ = (c);                                                      \
        (high) = CARRY3(a_, b_, c_);                                                               \
        (low) = ADD3(a_, b_, c_);                                                                  \
    } while (0)
#define HALF(high, low, a, b)                                                                      \
    do {                                                                                           \
        const V a_ = (a), b_ = (b);                                                                \
        (high) = a_ & b_;                                                                          \
        (low) = a_ ^ b_;                                                                           \
    } while (0)

static inline V all_of(unsigned bit)
{
    const V zero = {0};
    return bit ? ~zero : zero;
}

/* How many of the `n` planes at in[offsets[i]] are set, plus `start`, in each image: 3 + UPPER
 * bits. Sixteen planes at a time are added to the ones, twos and fours; what comes out of these,
 * one plane, runs through the upper bits. */
#define AT(k)    (*(const V *)(const void *)(in + at[k]))
#define AT_IF(k) (AT(k) & all_of(i + (k) < n))
#define EIGHT(eights, AT)                                                                          \
    do {                                                                                           \
        V t0, t1, f0, f1;                                                                          \
        FULL(t0, one, one, AT(0), AT(1));                                                          \
        FULL(t1, one, one, AT(2), AT(3));                                                          \
        FULL(f0, two, two, t0, t1);                                                                \
        FULL(t0, one, one, AT(4), AT(5));                                                          \
        FULL(t1, one, one, AT(6), AT(7));                                                          \
        FULL(f1, two, two, t0, t1);                                                                \
        FULL(eights, four, four, f0, f1);                                                          \
    } while (0)
#define UP(carry, from)                                                                            \
    do {                                                                                           \
        for (int u = (from); u < upper; u++)                                                       \
            HALF(carry, c[u], c[u], carry);                                                        \
    } while (0)

static inline __attribute__((always_inline)) void count_upper(const void *planes,
                                                              const uint32_t *at, uint32_t n,
                                                              uint32_t start, V *out,
                                                              const int upper)
{
    const char *in = planes;
    V one = all_of(start & 1), two = all_of(start & 2), four = all_of(start & 4), c[20], e0, e1;
    uint32_t i = 0;
    for (int u = 0; u < upper; u++)
        c[u] = all_of(start >> (3 + u) & 1);
    for (; i + 16 <= n; i += 16) {
        EIGHT(e0, AT);
        at += 8;
        EIGHT(e1, AT);
        at += 8;
        FULL(e0, c[0], c[0], e0, e1);
        UP(e0, 1);
    }
    if (i + 8 <= n) {
        EIGHT(e0, AT);
        UP(e0, 0);
        at += 8;
        i += 8;
    }
    if (i < n) {
        EIGHT(e0, AT_IF);
        UP(e0, 0);
    }
    out[0] = one;
    out[1] = two;
    out[2] = four;
    for (int u = 0; u < upper; u++)
        out[3 + u] = c[u];
}

static void count_1(const V *in, const uint32_t *o, uint32_t n, uint32_t start, V *out)
{
    count_upper(in, o, n, start, out, 1);
}
static void count_3(const V *in, const uint32_t *o, uint32_t n, uint32_t start, V *out)
{
    count_upper(in, o, n, start, out, 3);
}
static void count_5(const V *in, const uint32_t *o, uint32_t n, uint32_t start, V *out)
{
    count_upper(in, o, n, start, out, 5);
}
static void count_7(const V *in, const uint32_t *o, uint32_t n, uint32_t start, V *out)
{
    count_upper(in, o, n, start, out, 7);
}
static void count_20(const V *in, const uint32_t *o, uint32_t n, uint32_t start, V *out)
{
    count_upper(in, o, n, start, out, 20);
}

static inline void count(const V *in, const fnc_slice_list *list, bool is_first, V *out)
{
    uint32_t start = is_first ? list->start : 0;
    int bits = list->bits;
    if (bits <= 4)
        count_1(in, list->offsets, list->n, start, out);
    else if (bits <= 6)
        count_3(in, list->offsets, list->n, start, out);
    else if (bits <= 8)
        count_5(in, list->offsets, list->n, start, out);
    else if (bits <= 10)
        count_7(in, list->offsets, list->n, start, out);
    else
        count_20(in, list->offsets, list->n, start, out);
}

/* sum (`bits` planes) += x (`n` planes) << shift */
static inline void add_to(V *sum, int bits, const V *x, int n, int shift)
{
    V carry = {0};
    int i = shift;
    for (; i < bits && i - shift < n; i++)
        FULL(carry, sum[i], sum[i], x[i - shift], carry);
    for (; i < bits; i++)
        HALF(carry, sum[i], sum[i], carry);
}

static inline void add_constant(V *sum, int bits, uint32_t x)
{
    V carry = {0};
    for (int i = 0; i < bits; i++)
        FULL(carry, sum[i], sum[i], all_of(x >> i & 1), carry);
}

/* Where x + y >= than (`bits` planes), x and y having `nx` and `ny` planes. */
static inline V reaches(const V *x, int nx, const V *y, int ny, const V *than, int bits)
{
    V carry = {0}, borrow = {0}, digit;
    int both = nx < ny ? nx : ny, i = 0;
    for (; i < both; i++) {
        FULL(carry, digit, x[i], y[i], carry);
        borrow = BORROW(digit, than[i], borrow);
    }
    const V *longer = nx < ny ? y : x;
    for (; i < nx || i < ny; i++) {
        HALF(carry, digit, longer[i], carry);
        borrow = BORROW(digit, than[i], borrow);
    }
    for (; i < bits; i++) {
        borrow = BORROW(carry, than[i], borrow);
        carry ^= carry;
    }
    return ~borrow;
}

/* Where the sum of four numbers of `n` planes reaches `than`: digit by digit, with three carries.
 */
static inline V reaches_by_four(const V *x, const V *y, const V *z, const V *w, int n,
                                const V *than, int bits)
{
    V k0 = {0}, k1 = {0}, k2 = {0}, borrow = {0}, xyz, rest, digit;
    int i = 0;
    for (; i < n; i++) {
        V next0, next1, next2;
        FULL(next0, xyz, x[i], y[i], z[i]);
        FULL(next1, rest, w[i], k0, k1);
        FULL(next2, digit, xyz, rest, k2);
        borrow = BORROW(digit, than[i], borrow);
        k0 = next0;
        k1 = next1;
        k2 = next2;
    }
    for (; i < bits; i++) {
        FULL(k0, digit, k0, k1, k2);
        k1 = k2 = all_of(0);
        borrow = BORROW(digit, than[i], borrow);
    }
    return ~borrow;
}

/* Sum q of a group, of numbers that were counted: planes by list, and bit of the codes. */
static void sum_up(const fnc_slice_dot *dot, const fnc_slice_group *group, int q, const V *numbers,
                   V *sum, int shift)
{
    for (int i = 0; i < dot->bits; i++)
        sum[i] = all_of(0);
    for (int64_t l = 0; l < group->nlists; l++)
        for (int k = 0; k < dot->planes && group->lists[l].sums >> q & 1; k++)
            add_to(sum, dot->bits, numbers + (l * FNC_SLICE_PLANES + k) * FNC_SLICE_BITS,
                   group->lists[l].bits, group->lists[l].shift + k + shift);
}

/* Codes from sums x and y: how many thresholds x - y reaches. Of them ascending ones, bit i of
 * their number is the sum, without carry, of those whose place (from 1) is a multiple of 2^i. */
static void compare(const fnc_slice_dot *dot, int64_t channel, const V *x, const V *y, V *scratch,
                    V *out)
{
    V *left = scratch, *right = scratch + FNC_SLICE_BITS;
    for (int b = 0; b < dot->out_planes; b++)
        out[b] = all_of(0);
    for (int64_t j = 1; j <= dot->nthresholds; j++) {
        int32_t t = dot->thresholds[channel * dot->nthresholds + j - 1];
        for (int i = 0; i < dot->bits; i++) {
            left[i] = x[i];
            right[i] = y[i];
        }
        if (t < 0)
            add_constant(left, dot->bits, (uint32_t)-t);
        else
            add_constant(right, dot->bits, (uint32_t)t);
        V reached = reaches(left, dot->bits, left, 0, right, dot->bits);
        for (int b = 0; b < dot->out_planes; b++)
            if (j % (1 << b) == 0)
                out[b] ^= reached;
    }
}

/* What a group gives where sums come out, or are compared with several thresholds. */
static void put_sums(const fnc_slice_dot *dot, int64_t channel, const V *x, const V *y, V *scratch,
                     V *out)
{
    if (dot->nthresholds > 0) {
        compare(dot, channel, x, y, scratch, out + channel * dot->out_planes);
        return;
    }
    out += channel * 2 * dot->bits;
    for (int i = 0; i < dot->bits; i++) {
        out[i] = x[i];
        out[dot->bits + i] = y[i];
    }
}

/* Sum q against the one threshold: of lists 1 to 7, in the order of the channels that they are for
 * as bits, those for q are added. Those of a group have as many bits each. */
static V reaches_threshold(const fnc_slice_dot *dot, const fnc_slice_group *group, int q,
                           const V *numbers, const V *y)
{
    const int64_t N = FNC_SLICE_BITS, step = FNC_SLICE_PLANES * N, own = INT64_C(1) << q;
    const V *number = numbers - step, *than = y + dot->odd[group->channel + q] * N;
    int n = group->lists[0].bits;
    if (group->nsums == 1)
        return reaches(number + step, n, number + step, 0, than, dot->bits);
    if (group->nsums == 2)
        return reaches(number + own * step, n, number + 3 * step, n, than, dot->bits);
    const int64_t a = q == 0 ? 3 : own + 1, b = q == 2 ? 6 : own + 4;
    return reaches_by_four(number + own * step, number + a * step, number + b * step,
                           number + 7 * step, n, than, dot->bits);
}

/* One channel, or as many as share their lists. `y`: what all channels are compared with; where
 * there is one threshold, for r = 0 and 1. */
static void run_group(const fnc_slice_dot *dot, const fnc_slice_group *group, const V *in,
                      const V *y, V *numbers, V *scratch, V *out)
{
    const int64_t N = FNC_SLICE_BITS;
    for (int64_t l = 0; l < group->nlists; l++)
        for (int k = 0; k < dot->planes; k++)
            count(in + k, &group->lists[l], k == 0, numbers + (l * FNC_SLICE_PLANES + k) * N);
    if (!dot->is_signs) {
        sum_up(dot, group, 0, numbers, scratch, 0);
        sum_up(dot, group, 1, numbers, scratch + N, 0);
        put_sums(dot, group->channel, scratch, scratch + N, scratch + 2 * N, out);
        return;
    }
    for (int q = 0; q < group->nsums; q++) {
        int64_t channel = group->channel + q;
        if (dot->odd) {
            out[channel] = reaches_threshold(dot, group, q, numbers, y);
            continue;
        }
        sum_up(dot, group, q, numbers, scratch, 1);
        put_sums(dot, channel, scratch, y, scratch + N, out);
    }
}

/* What all channels of a window of signs are compared with. */
static void share(const fnc_slice_dot *dot, const V *in, V *numbers, V *y)
{
    const int64_t N = FNC_SLICE_BITS;
    for (int i = 0; i < dot->bits + 1; i++)
        y[i] = all_of(0);
    for (int k = 0; k < dot->planes; k++) {
        count(in + k, &dot->all, true, numbers);
        add_to(y, dot->bits + 1, numbers, dot->all.bits, k);
    }
    if (!dot->odd)
        return;
    V *sum = numbers;
    for (int r = 1; r >= 0; r--) {
        for (int i = 0; i < dot->bits + 1; i++)
            sum[i] = y[i];
        add_constant(sum, dot->bits + 1, (uint32_t)(1 + r + 2 * dot->bias));
        for (int i = 0; i < dot->bits; i++)
            y[r * N + i] = sum[i + 1];
    }
}

static void slice_dot(const fnc_slice_job *job)
{
    const fnc_slice_dot *dot = job->dot;
    const int64_t N = FNC_SLICE_BITS;
    V *numbers = job->scratch, *y = numbers + FNC_SLICE_NUMBERS * N, *scratch = y + 2 * N;
    for (int64_t at = job->begin; at < job->end; at++) {
        const V *in =
            (const V *)job->in + at / job->width * job->step_h + at % job->width * job->step_w;
        V *out = (V *)job->out + at * job->out_step;
        if (dot->is_signs)
            share(dot, in, numbers, y);
        for (int64_t g = job->group; g < job->group_end; g++)
            run_group(dot, &dot->groups[g], in, y, numbers, scratch, out);
    }
}

/* Bit by bit from above: the first one in which they differ tells. */
static void slice_max(void *to, const void *from, int64_t n, int planes)
{
    V *a = to;
    const V *b = from;
    for (int64_t c = 0; c < n; c++, a += planes, b += planes) {
        V a_wins = {0}, b_wins = {0};
        for (int k = planes - 1; k >= 0; k--) {
            const V x = a[k], y = b[k];
            a[k] = (x & ~b_wins) | (y & ~a_wins);
            a_wins |= x & ~y & ~b_wins;
            b_wins |= y & ~x & ~a_wins;
        }
    }
}

/* Each code in turn: where it is, and which bits that sets. */
static void slice_map(const void *from, int64_t n, int planes, int high, const uint8_t *map,
                      void *to, int to_planes)
{
    const V *x = from;
    V *y = to;
    for (int64_t c = 0; c < n; c++, x += planes, y += to_planes, map += 256) {
        for (int b = 0; b < to_planes; b++)
            y[b] = all_of(0);
        for (int k = 0; k <= high; k++) {
            V is_here = all_of(1);
            for (int b = 0; b < planes; b++)
                is_here &= x[b] ^ all_of(!(k >> b & 1));
            for (int b = 0; b < to_planes; b++)
                y[b] |= is_here & all_of(map[k] >> b & 1);
        }
    }
}

static void slice_add(const void *a, int a_planes, const void *b, int b_planes, int64_t n, void *to,
                      int to_planes)
{
    const V *x = a, *y = b;
    V *sum = to;
    for (int64_t c = 0; c < n; c++, x += a_planes, y += b_planes, sum += to_planes) {
        V carry = {0};
        for (int i = 0; i < to_planes; i++)
            FULL(carry, sum[i], i < a_planes ? x[i] : all_of(0), i < b_planes ? y[i] : all_of(0),
                 carry);
    }
}

enum { LANES = sizeof(V) / 8 };

/* Each lane: a square of 64 x 64 bits, halved until it is turned (Hacker's Delight, 7-3). */
static void slice_transpose(const uint64_t *from, int64_t step, void *to, int64_t n, int64_t stride)
{
    V rows[64];
    uint64_t mask = UINT64_C(0xffffffff);
    for (int k = 0; k < 64; k++)
        for (int lane = 0; lane < LANES; lane++)
            rows[k][lane] = from[(lane * 64 + k) * step];
    for (int half = 32; half; half >>= 1, mask ^= mask << half)
        for (int k = 0; k < 64; k = (k + half + 1) & ~half) {
            const V swap = ((rows[k] >> half) ^ rows[k + half]) & mask;
            rows[k] ^= swap << half;
            rows[k + half] ^= swap;
        }
    for (int k = 0; k < n; k++)
        ((V *)to)[k * stride] = rows[k];
}

/* Eight chains of full adders, so that none waits for another. */
static void spin_slice(int64_t n)
{
    V x[8], y[8];
    for (int k = 0; k < 8; k++) {
        x[k] = all_of(k & 1);
        y[k] = all_of(k & 2);
        __asm__ volatile("" : "+m"(x[k]), "+m"(y[k])); /* nobody knows what it is */
    }
    for (int64_t i = 0; i < n; i += 8)
        for (int k = 0; k < 8; k++)
            FULL(x[k], y[k], x[k], y[k], x[(k + 1) % 8]);
    for (int k = 0; k < 8; k++)
        __asm__ volatile("" : "+m"(x[k]), "+m"(y[k])); /* nobody knows what it is */
}
