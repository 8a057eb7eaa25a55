#include "engine.h"

#include <base/alloc.h>

#include <finnc/graph.h>

#include <stdio.h>

/* ---- what was said already ---- */

/* FNV-1a over texts, each with the zero byte that ends it. */
static uint64_t hash(uint64_t h, const char *text)
{
    do {
        h ^= (unsigned char)*text;
        h *= UINT64_C(0x100000001b3);
    } while (*text++);
    return h;
}

static uint64_t key_of(const finnc_remark *remark)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    h = hash(hash(hash(h, remark->pass), remark->node), remark->text);
    return h ? h : 1;
}

static void put(fnc_said *said, uint64_t key)
{
    size_t i = (size_t)key & (said->room - 1);
    while (said->keys[i])
        i = (i + 1) & (said->room - 1);
    said->keys[i] = key;
    said->count++;
}

/* Without memory things are said twice rather than not at all. */
static bool grow(fnc_manager *manager)
{
    fnc_said *said = &manager->said, larger = {.room = said->room ? 2 * said->room : 64};
    larger.keys = FNC_ALLOC_ARRAY(manager->cx, uint64_t, larger.room);
    if (!larger.keys)
        return false;
    for (size_t i = 0; i < said->room; i++)
        if (said->keys[i])
            put(&larger, said->keys[i]);
    fnc_free(manager->cx, said->keys);
    *said = larger;
    return true;
}

static bool was_said(fnc_manager *manager, const finnc_remark *remark)
{
    fnc_said *said = &manager->said;
    if (2 * said->count >= said->room && !grow(manager))
        return false;
    uint64_t key = key_of(remark);
    for (size_t i = (size_t)key & (said->room - 1); said->keys[i]; i = (i + 1) & (said->room - 1))
        if (said->keys[i] == key)
            return true;
    put(said, key);
    return false;
}

void fnc_said_clear(fnc_manager *manager)
{
    fnc_free(manager->cx, manager->said.keys);
    manager->said = (fnc_said){0};
}

/* ---- saying it ---- */

void fnc_remark_put(fnc_manager *manager, finnc_remark *remark)
{
    if (!remark->rule)
        remark->rule = "";
    remark->node = remark->at ? finnc_node_name(remark->at) : "";
    remark->op_type = remark->at ? finnc_node_op_type(remark->at) : "";
    remark->step = manager->step;
    remark->rewrite = remark->kind == FINNC_REMARK_APPLIED ? manager->rewrites : 0;
    if (remark->kind != FINNC_REMARK_MISSED || !was_said(manager, remark))
        manager->options.remark(manager->options.user, remark);
}

void fnc_remark_v(fnc_manager *manager, finnc_remark_kind kind, const char *pass,
                  const finnc_node *node, const char *format, va_list args)
{
    if (!fnc_listens(manager))
        return;
    char text[512]; /* a line; what is longer is cut */
    vsnprintf(text, sizeof text, format, args);
    finnc_remark remark = {.kind = kind, .pass = pass, .at = node, .text = text};
    fnc_remark_put(manager, &remark);
}

void fnc_remark(fnc_manager *manager, finnc_remark_kind kind, const char *pass,
                const finnc_node *node, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fnc_remark_v(manager, kind, pass, node, format, args);
    va_end(args);
}
