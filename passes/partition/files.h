/* The files of partitions: all of them or none. */
#ifndef FNC_PARTITION_FILES_H
#define FNC_PARTITION_FILES_H

#include <base/arena.h>

#include <finnc/model.h>

/* Makes `folder` and those around it where they are missing, and writes models[i] to paths[i]. On
 * failure takes away again what was not there before. Weights go into the model's file. */
FINNC_MUST_USE finnc_status fnc_partition_files_write(finnc_ctx *cx, fnc_arena *scratch,
                                                      const char *folder,
                                                      finnc_model *const *models,
                                                      const char *const *paths, size_t count);

#endif
