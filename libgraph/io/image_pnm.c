/* The portable formats: PBM, PGM, PPM (as text and as bytes) and PAM. Leptonica knows not all
 * ranges, and takes the wrong byte of 16-bit ones. */
#include "image.h"

#include <inttypes.h>
#include <string.h>

typedef struct pnm {
    const uint8_t *at, *end;
    char kind;                          /* '1' to '7' */
    int64_t width, height, depth, most; /* samples of a pixel; their greatest value */
} pnm;

static finnc_status too_short(finnc_ctx *cx)
{
    return finnc_fail(cx, FINNC_BAD_FILE, "this .pnm ends too early");
}

/* ---- the header ---- */

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_space(pnm *p)
{
    for (; p->at < p->end && (is_space(*p->at) || *p->at == '#'); p->at++)
        if (*p->at == '#')
            while (p->at + 1 < p->end && *p->at != '\n')
                p->at++;
}

/* A number below 2^31; -1 if there is none. */
static int64_t read_number(pnm *p)
{
    int64_t x = -1;
    skip_space(p);
    for (; p->at < p->end && *p->at >= '0' && *p->at <= '9'; p->at++) {
        x = (x < 0 ? 0 : x) * 10 + (*p->at - '0');
        if (x > INT32_MAX)
            return -1;
    }
    return x;
}

/* "WIDTH 3" and so on, a line each, until ENDHDR. */
static bool read_pam_header(pnm *p)
{
    for (;;) {
        char word[12] = "";
        size_t n = 0;
        skip_space(p);
        for (; p->at < p->end && !is_space(*p->at); p->at++)
            if (n + 1 < sizeof word)
                word[n++] = (char)*p->at;
        if (!strcmp(word, "ENDHDR"))
            return true;
        int64_t *number = !strcmp(word, "WIDTH")    ? &p->width
                          : !strcmp(word, "HEIGHT") ? &p->height
                          : !strcmp(word, "DEPTH")  ? &p->depth
                          : !strcmp(word, "MAXVAL") ? &p->most
                                                    : NULL;
        if (number)
            *number = read_number(p);
        while (!number && p->at < p->end && *p->at != '\n') /* TUPLTYPE: the depth says as much */
            p->at++;
        if (p->at >= p->end)
            return false;
    }
}

static finnc_status read_header(finnc_ctx *cx, pnm *p)
{
    bool is_whole = true;
    p->depth = p->kind == '3' || p->kind == '6' ? 3 : 1;
    p->most = 1;
    if (p->kind == '7') {
        is_whole = read_pam_header(p);
    } else {
        p->width = read_number(p);
        p->height = read_number(p);
        if (p->kind != '1' && p->kind != '4')
            p->most = read_number(p);
    }
    if (p->kind >= '4') { /* one blank, then bytes */
        is_whole &= p->at < p->end && is_space(*p->at);
        p->at += is_whole;
    }
    if (!is_whole || p->width < 0 || p->height < 0 || p->depth < 1 || p->depth > 4 || p->most < 1 ||
        p->most > 65535)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "this .pnm has no proper header (size, samples, range)");
    return FINNC_OK;
}

/* ---- samples ---- */

static bool has_bytes(const pnm *p, uint64_t nsamples)
{
    uint64_t have = (uint64_t)(p->end - p->at);
    if (p->kind == '4') /* rows of whole bytes */
        return have >= ((uint64_t)p->width + 7) / 8 * (uint64_t)p->height;
    return have / (p->kind > '4' && p->most > 255 ? 2 : 1) >= nsamples;
}

/* The next sample; -1: none. `x`: of its row. */
static int64_t read_sample(pnm *p, int64_t x)
{
    int64_t sample;
    switch (p->kind) {
    case '1': /* digits need no blanks between them; 1 is black */
        skip_space(p);
        return p->at < p->end && (*p->at == '0' || *p->at == '1') ? '1' - *p->at++ : -1;
    case '2':
    case '3':
        return read_number(p);
    case '4':
        sample = !(*p->at >> (7 - x % 8) & 1);
        p->at += x % 8 == 7 || x == p->width - 1;
        return sample;
    default:
        sample = *p->at++;
        return p->most > 255 ? sample << 8 | *p->at++ : sample;
    }
}

static finnc_status read_pixels(finnc_ctx *cx, pnm *p, const fnc_picture *picture)
{
    uint8_t *to = picture->pixels;
    for (int64_t i = 0; i < p->width * p->height; i++, to += 4) {
        uint8_t samples[4] = {0};
        for (int64_t k = 0; k < p->depth; k++) {
            int64_t x = read_sample(p, i % p->width);
            if (x < 0)
                return too_short(cx);
            x = x > p->most ? p->most : x;
            samples[k] = (uint8_t)((x * 255 + p->most / 2) / p->most);
        }
        for (int c = 0; c < 3; c++) /* one or two samples: grey, and how opaque it is */
            to[c] = samples[p->depth >= 3 ? c : 0];
    }
    return FINNC_OK;
}

bool fnc_picture_is_pnm(const uint8_t *data, size_t nbytes)
{
    return nbytes >= 3 && data[0] == 'P' && data[1] >= '1' && data[1] <= '7' &&
           (is_space(data[2]) || data[2] == '#');
}

finnc_status fnc_picture_read_pnm(finnc_ctx *cx, const uint8_t *data, size_t nbytes,
                                  fnc_picture *picture)
{
    pnm p = {.at = data + 2, .end = data + nbytes, .kind = (char)data[1]};
    FINNC_TRY(read_header(cx, &p));
    /* Below 2^31 * 2^31 * 4: it fits. */
    if (!has_bytes(&p, (uint64_t)p.width * (uint64_t)p.height * (uint64_t)p.depth))
        return too_short(cx);
    FINNC_TRY(fnc_picture_init(cx, p.width, p.height, picture));
    return read_pixels(cx, &p, picture);
}
