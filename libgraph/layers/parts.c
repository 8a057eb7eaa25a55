/* FPGAs and boards: the lists of parts.def, and names read by them. A part's name is a grade, a
 * family, a device, and then package and speed: xc 7z 020 clg400-1. */
#include "layer.h"

#include "../base/text.h"

#include <ctype.h>
#include <string.h>

typedef struct family {
    const char *name;
    finnc_dsp dsp;
    bool is_versal;
} family;

typedef struct device {
    const char *name;
    int64_t luts, bram_36k, urams, dsps;
    int slrs;
} device;

static const char *const grades[] = {
#define GRADE(prefix) prefix,
#include "parts.def"
};
static const family families[] = {
#define FAMILY(name, dsp, is_versal) {name, dsp, is_versal},
#include "parts.def"
};
static const device devices[] = {
#define DEVICE(name, luts, bram_36k, urams, dsps, slrs) {name, luts, bram_36k, urams, dsps, slrs},
#include "parts.def"
};
static const finnc_board boards[] = {
#define BOARD(name, part, is_zynq, port_width) {name, part, is_zynq, port_width},
#include "parts.def"
};
enum {
    NGRADES = sizeof grades / sizeof *grades,
    NFAMILIES = sizeof families / sizeof *families,
    NDEVICES = sizeof devices / sizeof *devices,
    NBOARDS = sizeof boards / sizeof *boards
};

const finnc_board *finnc_board_at(size_t i)
{
    return i < NBOARDS ? &boards[i] : NULL;
}

/* What follows `prefix`, in whatever case, or NULL. */
static const char *behind(const char *name, const char *prefix)
{
    for (; *prefix; name++, prefix++)
        if (tolower((unsigned char)*name) != *prefix)
            return NULL;
    return name;
}

static const char *behind_grade(const char *name)
{
    for (size_t i = 0; i < NGRADES; i++) {
        const char *rest = behind(name, grades[i]);
        if (rest)
            return rest;
    }
    return NULL;
}

static const family *find_family(const char *name)
{
    for (size_t i = 0; name && i < NFAMILIES; i++) {
        const char *rest = behind(name, families[i].name);
        if (rest && isdigit((unsigned char)*rest))
            return &families[i];
    }
    return NULL;
}

/* The device whose name it is in whole: xczu3teg is no zu3, xc7z0200 no 7z020. */
static const device *find_device(const char *name)
{
    for (size_t i = 0; name && i < NDEVICES; i++) {
        const char *rest = behind(name, devices[i].name);
        if (rest && !isdigit((unsigned char)*rest) && tolower((unsigned char)*rest) != 't')
            return &devices[i];
    }
    return NULL;
}

static finnc_status unknown(finnc_ctx *cx, const char *name)
{
    fnc_nearest nearest = {.wanted = name};
    for (size_t i = 0; i < NBOARDS; i++) {
        fnc_nearest_offer(&nearest, boards[i].name);
        fnc_nearest_offer(&nearest, boards[i].part);
    }
    if (nearest.best)
        return finnc_fail(cx, FINNC_NOT_FOUND, "unknown part %s; did you mean %s?", name,
                          nearest.best);
    return finnc_fail(cx, FINNC_NOT_FOUND,
                      "unknown part %s: neither a board, as %s, nor a part, as %s", name,
                      boards[1].name, boards[1].part);
}

finnc_status finnc_part_find(finnc_ctx *cx, const char *name, finnc_part *part)
{
    const char *is = name;
    for (size_t i = 0; i < NBOARDS; i++)
        if (fnc_same_loosely(boards[i].name, name))
            is = boards[i].part;
    const char *rest = behind_grade(is);
    const family *kind = find_family(rest);
    const size_t length = strlen(is);
    if (!kind || length >= sizeof part->name)
        return unknown(cx, name);
    *part = (finnc_part){.is_versal = kind->is_versal, .dsp = kind->dsp};
    memcpy(part->name, is, length + 1);
    const device *fpga = find_device(rest);
    if (!fpga)
        return FINNC_OK;
    part->luts = fpga->luts;
    part->bram_18k = 2 * fpga->bram_36k;
    part->urams = fpga->urams;
    part->dsps = fpga->dsps;
    part->slrs = fpga->slrs;
    return FINNC_OK;
}
