/* Does an answer fit docs/schema.json? As much of JSON Schema as that uses. */
#ifndef SUPPORT_SCHEMA_H
#define SUPPORT_SCHEMA_H

#include <jansson.h>

#include <stdbool.h>

/* docs/schema.json; the caller ends it. */
json_t *test_schema_read(void);

/* Holds `answer` to `schema`, a part of `root`. Stricter than the standard: keys that the schema
 * does not know are wrong, too. What is wrong, with its place, or NULL; valid until the next call.
 */
const char *test_schema_fault(const json_t *root, const json_t *schema, const json_t *answer);

#endif
