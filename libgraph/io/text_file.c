#include "text_file.h"

#include <finnc/io.h>

#include <string.h>
#include <strings.h>

bool fnc_is_text_file(const char *path)
{
    static const char suffix[] = ".onnxtxt";
    const size_t n = strlen(path), m = sizeof suffix - 1;
    return n > m && !strcasecmp(path + n - m, suffix);
}

bool fnc_is_text(const fnc_backing *backing)
{
    static const char blanks[] = {' ', '\t', '\r', '\n'};
    const char *text = (const char *)backing->data;
    for (size_t i = 0; i < backing->nbytes; i++)
        if (!memchr(blanks, text[i], sizeof blanks))
            return text[i] == '<';
    return false;
}

static finnc_status read_text(finnc_ctx *cx, const char *text, const char *folder,
                              finnc_model **model)
{
    finnc_model *made;
    FINNC_TRY(finnc_model_read_text(cx, text, &made));
    made->folder = fnc_arena_strdup(&made->arena, folder);
    if (!made->folder) {
        finnc_model_destroy(made);
        return finnc_no_memory(cx);
    }
    *model = made;
    return FINNC_OK;
}

finnc_status fnc_text_file_read(finnc_ctx *cx, const fnc_backing *backing, const char *folder,
                                finnc_model **model)
{
    const char *zero = backing->nbytes ? memchr(backing->data, 0, backing->nbytes) : NULL;
    if (zero)
        return finnc_fail(cx, FINNC_BAD_FILE, "a zero byte at offset %zu of a text",
                          (size_t)(zero - (const char *)backing->data));
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    const char *text = fnc_arena_strndup(&scratch, (const char *)backing->data, backing->nbytes);
    const finnc_status status = text ? read_text(cx, text, folder, model) : finnc_no_memory(cx);
    fnc_arena_clear(&scratch);
    return status;
}

static finnc_status add(void *user, finnc_ctx *cx, const char *text, size_t length)
{
    (void)cx;
    fnc_file_add(user, text, length);
    return FINNC_OK;
}

finnc_status fnc_text_file_add(finnc_ctx *cx, const finnc_model *model, fnc_file_out *out)
{
    return finnc_text_write(cx, model, FINNC_TEXT_WEIGHTS, add, out);
}
