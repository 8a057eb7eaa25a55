/* Checks of the ONNX reader and writer on bytes. */
#ifndef TEST_IO_CHECK_H
#define TEST_IO_CHECK_H

#include "pb_text.h"

#include <finnc/finnc.h>

/* A model that has a bit of everything that ONNX can say (everything.txtpb). */
const char *io_everything(void);

/* A context that counts; when it ends, nothing made with it may be left. */
finnc_ctx *io_begin(void);
void io_end(finnc_ctx *cx);

/* Reads bytes. True if what is written again is an equal message, or if reading failed with words,
 * which are then in the context; fails the test otherwise. Ends with nothing left over. */
void io_check_bytes(finnc_ctx *cx, const void *data, size_t length);
/* The model in text format is read and comes out equal. */
void io_check_model(const char *text);
/* The model in text format is refused with words that have `words` in them. */
void io_check_refused(const char *text, const char *words);
/* Reads a model in text format; fails the test if it cannot. */
finnc_model *io_read(finnc_ctx *cx, const char *text);
/* Is `model` written as the message `text`? */
void io_check_written(finnc_ctx *cx, const finnc_model *model, const char *text);

#endif
