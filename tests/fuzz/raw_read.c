/* Property: any element type, rank and dimensions (the first bytes) with any elements (the others)
 * give an error with words, or a tensor of that type as large as the file. Nothing is left over. */
#include "kit/in_file.h"

#include <finnc/finnc.h>

enum { MAX_RANK = 5, HEADER = 2 + MAX_RANK };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEADER)
        return 0;
    int64_t dims[MAX_RANK];
    finnc_elem elem = (finnc_elem)(data[0] % 32);
    int rank = data[1] % (MAX_RANK + 1);
    for (int i = 0; i < MAX_RANK; i++)
        dims[i] = data[2 + i] < 128 ? data[2 + i] - 1 : INT64_C(1) << (data[2 + i] % 63);
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = MAX_MEMORY});
    finnc_tensor *tensor = NULL;
    finnc_status status =
        finnc_raw_read(cx, in_file(data + HEADER, size - HEADER), elem, rank, dims, &tensor);
    CHECK((status == FINNC_OK) == (tensor != NULL), finnc_ctx_message(cx));
    CHECK((status == FINNC_OK) == !finnc_ctx_message(cx)[0], "an error without words");
    if (tensor) {
        CHECK(finnc_tensor_elem(tensor) == elem && finnc_tensor_rank(tensor) == rank,
              "another tensor");
        CHECK(finnc_tensor_nbytes(tensor) == size - HEADER, "another size");
    }
    finnc_tensor_release(tensor);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    return 0;
}
