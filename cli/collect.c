/* Streams into memory. Not open_memstream: where the C library's cannot grow it drops what was
 * written and remembers nothing of it, so that a report would have a hole and its writer would say
 * that all went well. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

typedef struct collected {
    char **text; /* the caller's, set when the stream is closed */
    size_t *nbytes;
    char *data; /* a zero byte stands behind the end */
    size_t length, room;
    bool is_broken; /* something was lost */
} collected;

static ssize_t collect(void *user, const char *data, size_t nbytes)
{
    collected *all = user;
    if (nbytes >= all->room - all->length) {
        size_t room = 2 * all->room;
        while (room - all->length <= nbytes && room < SIZE_MAX / 2)
            room *= 2;
        char *grown = all->is_broken ? NULL : realloc(all->data, room);
        if (!grown) {
            all->is_broken = true;
            return 0; /* fopencookie's sign of an error: the stream keeps it for ferror */
        }
        all->data = grown;
        all->room = room;
    }
    memcpy(all->data + all->length, data, nbytes);
    all->length += nbytes;
    all->data[all->length] = '\0';
    return (ssize_t)nbytes;
}

static int hand_over(void *user)
{
    collected *all = user;
    const int result = all->is_broken ? EOF : 0;
    *all->text = all->data;
    *all->nbytes = all->length;
    free(all);
    return result;
}

FILE *cli_collect(char **text, size_t *nbytes)
{
    enum { ROOM = 4096 };
    collected *all = calloc(1, sizeof *all);
    char *data = malloc(ROOM);
    *text = NULL;
    *nbytes = 0;
    FILE *stream = NULL;
    if (all && data) {
        *data = '\0';
        *all = (collected){.text = text, .nbytes = nbytes, .data = data, .room = ROOM};
        stream =
            fopencookie(all, "w", (cookie_io_functions_t){.write = collect, .close = hand_over});
    }
    if (!stream) {
        free(data);
        free(all);
    }
    return stream;
}
