/* .npz: a zip archive of .npy files. libzip's memory is its own and not counted by the context;
 * what it unpacks is. */
#include "npy.h"

#include "../ir/ir.h"

#include <inttypes.h>
#include <string.h>
#include <zip.h>

/* ---- reading ---- */

/* An archive holds what it likes; this many arrays nobody has. */
enum { MAX_MEMBERS = 1 << 20 };

/* Unpacks a member, as far as it goes: the size that the archive tells is only a limit, and memory
 * grows with what really comes. */
static finnc_status unpack(finnc_ctx *cx, zip_file_t *file, uint64_t size, fnc_buf *bytes)
{
    static const size_t step = (size_t)1 << 20;
    char *chunk = fnc_alloc(cx, step);
    if (!chunk)
        return finnc_no_memory(cx);
    zip_int64_t n;
    while ((n = zip_fread(file, chunk, step)) > 0 && !bytes->failed && bytes->length <= size)
        fnc_buf_add(bytes, chunk, (size_t)n);
    fnc_free(cx, chunk);
    FINNC_TRY(fnc_buf_check(bytes));
    if (n < 0)
        return finnc_fail(cx, FINNC_BAD_FILE, "it cannot be unpacked: %s",
                          zip_error_strerror(zip_file_get_error(file)));
    if (bytes->length != size)
        return finnc_fail(cx, FINNC_BAD_FILE, "the archive tells of %" PRIu64 " bytes, it holds %s",
                          size, bytes->length > size ? "more" : "less");
    return FINNC_OK;
}

/* Before anything is unpacked: more than a tensor may have, or more than deflate can make of so few
 * bytes. */
static finnc_status check_size(finnc_ctx *cx, const zip_stat_t *stat)
{
    const uint64_t ratio = 1032, header = 1 << 16; /* of .npy, at most 64 KiB in its version 1 */
    if (stat->valid & ZIP_STAT_COMP_SIZE && stat->comp_size < UINT64_MAX / ratio - 1 &&
        stat->size > (stat->comp_size + 1) * ratio)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "the archive tells of %" PRIu64 " bytes in %" PRIu64
                          ", more than can be packed",
                          stat->size, stat->comp_size);
    return fnc_need_within(cx, FINNC_LIMIT_TENSOR_BYTES,
                           stat->size > header ? stat->size - header : 0);
}

static finnc_status read_member(finnc_ctx *cx, zip_t *zip, const zip_stat_t *stat,
                                finnc_tensor **tensor)
{
    zip_file_t *file = zip_fopen_index(zip, stat->index, 0);
    if (!file)
        return finnc_fail(cx, FINNC_BAD_FILE, "it cannot be opened: %s", zip_strerror(zip));
    fnc_buf bytes;
    fnc_buf_init(&bytes, cx);
    finnc_status status = check_size(cx, stat);
    if (status == FINNC_OK)
        status = unpack(cx, file, stat->size, &bytes);
    if (status == FINNC_OK)
        status = finnc_npy_read_bytes(cx, fnc_buf_text(&bytes), bytes.length, tensor);
    fnc_buf_clear(&bytes);
    zip_fclose(file);
    return status;
}

static finnc_status add_member(finnc_ctx *cx, zip_t *zip, uint64_t i, finnc_bundle *bundle)
{
    zip_stat_t stat;
    if (zip_stat_index(zip, i, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_NAME) ||
        !(stat.valid & ZIP_STAT_SIZE))
        return finnc_fail(cx, FINNC_BAD_FILE, "member %" PRIu64 " cannot be read: %s", i,
                          zip_strerror(zip));
    FNC_AT_TENSOR(cx, stat.name);
    size_t length = strlen(stat.name);
    if (length < 4 || strcmp(stat.name + length - 4, ".npy") != 0) {
        finnc_log(cx, FINNC_NOTE, "this member of the archive is no .npy file and is ignored");
        return FINNC_OK;
    }
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    const char *name = fnc_arena_strndup(&scratch, stat.name, length - 4);
    finnc_status status = FINNC_OK;
    finnc_tensor *tensor = NULL;
    if (!name)
        status = finnc_no_memory(cx);
    else if (finnc_bundle_find(bundle, name))
        status = finnc_fail(cx, FINNC_BAD_FILE, "the archive has two members of this name");
    else
        status = read_member(cx, zip, &stat, &tensor);
    if (status == FINNC_OK)
        status = finnc_bundle_set(bundle, name, tensor);
    finnc_tensor_release(tensor);
    fnc_arena_clear(&scratch);
    return status;
}

/* The directory may say of any number of members that they lie at the same place: each is no more
 * than deflate can make of its bytes, all together are. */
static finnc_status check_overlap(finnc_ctx *cx, zip_t *zip, zip_int64_t count, size_t nbytes)
{
    uint64_t packed = 0;
    for (zip_int64_t i = 0; i < count; i++) {
        zip_stat_t stat;
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &stat) != 0 ||
            !(stat.valid & ZIP_STAT_COMP_SIZE))
            continue;
        if (stat.comp_size > nbytes - packed)
            return finnc_fail(cx, FINNC_BAD_FILE,
                              "the members overlap: packed they are more than the %zu bytes of "
                              "the archive",
                              nbytes);
        packed += stat.comp_size;
    }
    return FINNC_OK;
}

static finnc_status read_archive(finnc_ctx *cx, zip_t *zip, size_t nbytes, finnc_bundle *bundle)
{
    zip_int64_t count = zip_get_num_entries(zip, 0);
    if (count > MAX_MEMBERS)
        return finnc_fail(cx, FINNC_BAD_FILE, "an archive of %" PRId64 " members", (int64_t)count);
    FINNC_TRY(check_overlap(cx, zip, count, nbytes));
    for (zip_int64_t i = 0; i < count; i++) {
        FINNC_TRY(finnc_ctx_check(cx));
        FINNC_TRY(add_member(cx, zip, (uint64_t)i, bundle));
    }
    return FINNC_OK;
}

static finnc_status read_bytes(finnc_ctx *cx, const void *data, size_t nbytes, finnc_bundle *bundle)
{
    /* libzip takes no bytes at all for an archive of nothing. */
    if (nbytes == 0)
        return finnc_fail(cx, FINNC_BAD_FILE, "this is no .npz file: it is empty");
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(data, nbytes, 0, &error);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    finnc_status status;
    if (zip) {
        status = read_archive(cx, zip, nbytes, bundle);
        zip_discard(zip);
    } else {
        status =
            finnc_fail(cx, FINNC_BAD_FILE, "this is no .npz file: %s", zip_error_strerror(&error));
        zip_source_free(source);
    }
    zip_error_fini(&error);
    return status;
}

finnc_status finnc_npz_read(finnc_ctx *cx, const char *path, finnc_bundle **bundle)
{
    FNC_AT_FILE(cx, path);
    fnc_backing *file;
    finnc_bundle *made;
    FINNC_TRY(finnc_bundle_create(cx, &made));
    finnc_status status = fnc_file_map(cx, path, &file);
    if (status == FINNC_OK) {
        status = read_bytes(cx, file->data, file->nbytes, made);
        fnc_backing_release(file);
    }
    if (status == FINNC_OK)
        *bundle = made;
    else
        finnc_bundle_destroy(made);
    return status;
}

/* ---- writing ---- */

/* 1980-01-01 00:00, the first moment that zip knows: the same tensors give the same bytes. */
enum { DOS_DATE = 1 << 5 | 1, DOS_TIME = 0 };

static finnc_status zip_failed(finnc_ctx *cx, zip_t *zip)
{
    return finnc_fail(cx, FINNC_BAD_FILE, "the archive cannot be built: %s", zip_strerror(zip));
}

/* `bytes` has to live until the archive is closed. */
static finnc_status put_member(finnc_ctx *cx, zip_t *zip, const char *name, const fnc_buf *bytes)
{
    fnc_buf path;
    fnc_buf_init(&path, cx);
    fnc_buf_printf(&path, "%s.npy", name);
    finnc_status status = fnc_buf_check(&path);
    if (status == FINNC_OK) {
        zip_source_t *source = zip_source_buffer(zip, bytes->data, bytes->length, 0);
        zip_int64_t i =
            source ? zip_file_add(zip, fnc_buf_text(&path), source, ZIP_FL_ENC_UTF_8) : -1;
        if (i < 0) {
            zip_source_free(source);
            status = zip_failed(cx, zip);
        } else if (zip_set_file_compression(zip, (zip_uint64_t)i, ZIP_CM_STORE, 0) != 0 ||
                   zip_file_set_dostime(zip, (zip_uint64_t)i, DOS_TIME, DOS_DATE, 0) != 0) {
            status = zip_failed(cx, zip);
        }
    }
    fnc_buf_clear(&path);
    return status;
}

static finnc_status put_members(finnc_ctx *cx, zip_t *zip, const finnc_bundle *bundle,
                                fnc_buf *members)
{
    for (size_t i = 0; i < finnc_bundle_count(bundle); i++) {
        const char *name;
        const finnc_tensor *tensor = finnc_bundle_at(bundle, i, &name);
        FNC_AT_TENSOR(cx, name);
        FINNC_TRY(fnc_npy_encode(cx, tensor, &members[i]));
        FINNC_TRY(put_member(cx, zip, name, &members[i]));
    }
    return FINNC_OK;
}

/* Reads back what libzip wrote into memory. */
static finnc_status collect(finnc_ctx *cx, zip_source_t *source, fnc_buf *bytes)
{
    zip_stat_t stat;
    zip_int64_t n = -1;
    char chunk[8192];
    if (zip_source_stat(source, &stat) == 0 && zip_source_open(source) == 0) {
        while ((n = zip_source_read(source, chunk, sizeof chunk)) > 0)
            fnc_buf_add(bytes, chunk, (size_t)n);
        zip_source_close(source);
    }
    if (n < 0)
        return finnc_fail(cx, FINNC_BAD_FILE, "the archive cannot be built");
    return fnc_buf_check(bytes);
}

/* An empty archive is what zip files end with, alone: libzip would write no file at all. */
static const char empty_archive[22] = "PK\5\6";

static finnc_status write_archive(finnc_ctx *cx, const finnc_bundle *bundle, fnc_buf *members,
                                  fnc_buf *bytes)
{
    if (finnc_bundle_count(bundle) == 0) {
        fnc_buf_add(bytes, empty_archive, sizeof empty_archive);
        return fnc_buf_check(bytes);
    }
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    if (!source)
        return finnc_no_memory(cx);
    zip_source_keep(source);
    zip_t *zip = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error);
    finnc_status status = zip ? put_members(cx, zip, bundle, members)
                              : finnc_fail(cx, FINNC_BAD_FILE, "the archive cannot be built: %s",
                                           zip_error_strerror(&error));
    if (status == FINNC_OK && zip_close(zip) != 0)
        status = zip_failed(cx, zip);
    else if (status == FINNC_OK)
        zip = NULL;
    if (zip)
        zip_discard(zip);
    else if (status != FINNC_OK)
        zip_source_free(source); /* the reference that an opened archive would have taken */
    if (status == FINNC_OK)
        status = collect(cx, source, bytes);
    zip_source_free(source);
    zip_error_fini(&error);
    return status;
}

finnc_status finnc_npz_write(finnc_ctx *cx, const char *path, const finnc_bundle *bundle)
{
    FNC_AT_FILE(cx, path);
    size_t count = finnc_bundle_count(bundle);
    if (count > MAX_MEMBERS) /* nor could it be read */
        return finnc_fail(cx, FINNC_BAD_VALUE, "an archive of %zu arrays (at most %d)", count,
                          MAX_MEMBERS);
    fnc_buf *members = FNC_ALLOC_ARRAY(cx, fnc_buf, count + 1);
    if (!members)
        return finnc_no_memory(cx);
    for (size_t i = 0; i <= count; i++)
        fnc_buf_init(&members[i], cx);
    fnc_buf *bytes = &members[count];
    finnc_status status = write_archive(cx, bundle, members, bytes);
    if (status == FINNC_OK)
        status = finnc_file_write(cx, path, fnc_buf_text(bytes), bytes->length);
    for (size_t i = 0; i <= count; i++)
        fnc_buf_clear(&members[i]);
    fnc_free(cx, members);
    return status;
}
