/* Paths of partitions' models, as nodes have them. */
#ifndef FNC_PARTITION_PATH_H
#define FNC_PARTITION_PATH_H

#include <stdbool.h>

/* Is it absolute, or is `..` a part of it? */
bool fnc_path_leads_out(const char *path);

#endif
