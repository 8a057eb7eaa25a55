/* The YAML form of a pipeline (docs/pipelines.md). This file alone knows libyaml.
 *
 * The document is loaded as a tree and walked. Aliases make it a graph: walking counts what it
 * visits, so that a few lines cannot stand for billions of steps. */
#include "pipeline.h"

#include <base/text.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum {
    MAX_BYTES = 1 << 20,
    MAX_NESTING = 128,  /* of lists and maps: libyaml looks at all that are open for each word */
    MAX_VISITS = 100000 /* nodes visited, those behind aliases each time */
};

typedef struct reader {
    finnc_ctx *cx;
    yaml_document_t *document;
    size_t visits;
} reader;

/* ---- nodes ---- */

static finnc_status fail_at(const reader *r, const yaml_node_t *node, const char *what,
                            const char *name)
{
    return finnc_fail(r->cx, FINNC_BAD_VALUE, "line %zu: %s%s%s", node->start_mark.line + 1, what,
                      name ? " " : "", name ? name : "");
}

static finnc_status visit(reader *r, yaml_node_item_t item, yaml_node_t **node)
{
    *node = yaml_document_get_node(r->document, item);
    if (++r->visits > MAX_VISITS)
        return fail_at(r, *node, "the pipeline is too large: its aliases stand for too much", NULL);
    return FINNC_OK;
}

static const char *text_of(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static bool is_text(const yaml_node_t *node, const char *text)
{
    return node->type == YAML_SCALAR_NODE && !strcmp(text_of(node), text);
}

/* The value of a key of a mapping, or NULL. */
static yaml_node_t *find(const reader *r, const yaml_node_t *mapping, const char *key)
{
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++)
        if (is_text(yaml_document_get_node(r->document, pair->key), key))
            return yaml_document_get_node(r->document, pair->value);
    return NULL;
}

static size_t count_pairs(const yaml_node_t *mapping)
{
    return (size_t)(mapping->data.mapping.pairs.top - mapping->data.mapping.pairs.start);
}

/* ---- parameters: YAML to JSON ---- */

/* A plain scalar that reads as JSON is that; what else there is, is text. "~" and nothing are null.
 */
static json_t *scalar_to_json(const yaml_node_t *node)
{
    const char *text = text_of(node);
    if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return json_stringn(text, node->data.scalar.length);
    if (!text[0] || !strcmp(text, "~"))
        return json_null();
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    if (json_is_object(value) || json_is_array(value)) {
        json_decref(value);
        value = NULL;
    }
    return value ? value : json_stringn(text, node->data.scalar.length);
}

static finnc_status to_json(reader *r, yaml_node_item_t item, int depth, json_t **value);

static finnc_status list_to_json(reader *r, const yaml_node_t *node, int depth, json_t *list)
{
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++) {
        json_t *value = NULL;
        FINNC_TRY(to_json(r, *item, depth, &value));
        if (json_array_append_new(list, value))
            return finnc_no_memory(r->cx);
    }
    return FINNC_OK;
}

static finnc_status mapping_to_json(reader *r, const yaml_node_t *node, int depth, json_t *object)
{
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        yaml_node_t *key;
        FINNC_TRY(visit(r, pair->key, &key));
        if (key->type != YAML_SCALAR_NODE)
            return fail_at(r, key, "a name is expected here", NULL);
        if (json_object_get(object, text_of(key)))
            return fail_at(r, key, "given twice:", text_of(key));
        json_t *value = NULL;
        FINNC_TRY(to_json(r, pair->value, depth, &value));
        if (json_object_set_new(object, text_of(key), value))
            return fail_at(r, key, "this name is no text:", text_of(key));
    }
    return FINNC_OK;
}

static finnc_status to_json(reader *r, yaml_node_item_t item, int depth, json_t **value)
{
    yaml_node_t *node;
    FINNC_TRY(visit(r, item, &node));
    if (depth > FNC_PIPELINE_MAX_DEPTH)
        return fail_at(r, node, "parameters nest too deeply", NULL);
    finnc_status status = FINNC_OK;
    json_t *made = node->type == YAML_MAPPING_NODE    ? json_object()
                   : node->type == YAML_SEQUENCE_NODE ? json_array()
                                                      : scalar_to_json(node);
    if (!made)
        return fail_at(r, node, "no text, or no memory for it", NULL);
    if (node->type == YAML_MAPPING_NODE)
        status = mapping_to_json(r, node, depth + 1, made);
    else if (node->type == YAML_SEQUENCE_NODE)
        status = list_to_json(r, node, depth + 1, made);
    if (status == FINNC_OK)
        *value = made;
    else
        json_decref(made);
    return status;
}

/* ---- steps ---- */

static finnc_status read_steps(reader *r, fnc_builder *builder, const yaml_node_t *list);

/* 'Pass: {param: value}' */
static finnc_status read_pass(reader *r, fnc_builder *builder, const yaml_node_pair_t *pair)
{
    yaml_node_t *name, *args;
    FINNC_TRY(visit(r, pair->key, &name));
    FINNC_TRY(visit(r, pair->value, &args));
    if (name->type != YAML_SCALAR_NODE)
        return fail_at(r, name, "the name of a pass is expected here", NULL);
    if (args->type == YAML_SCALAR_NODE && !text_of(args)[0])
        return fnc_builder_add_named(builder, text_of(name), NULL);
    if (args->type == YAML_SEQUENCE_NODE)
        return fail_at(r, name, "a list of steps is for fixpoint, not for", text_of(name));
    if (args->type != YAML_MAPPING_NODE)
        return fail_at(r, args, "the parameters have to be a mapping for", text_of(name));
    json_t *given;
    FINNC_TRY(to_json(r, pair->value, 0, &given));
    finnc_status status = fnc_builder_add_named(builder, text_of(name), given);
    json_decref(given);
    return status;
}

/* {group: name, steps: [...]} */
static finnc_status read_group(reader *r, fnc_builder *builder, const yaml_node_t *node,
                               const yaml_node_t *name)
{
    const yaml_node_t *steps = find(r, node, "steps");
    if (name->type != YAML_SCALAR_NODE || !steps || count_pairs(node) != 2)
        return fail_at(r, node, "a group is {group: name, steps: [...]}", NULL);
    fnc_builder inner;
    FINNC_TRY(fnc_builder_open_group(builder, text_of(name), &inner));
    FINNC_TRY(read_steps(r, &inner, steps));
    fnc_builder_close_group(builder, &inner);
    return FINNC_OK;
}

static finnc_status read_mapping(reader *r, fnc_builder *builder, const yaml_node_t *node)
{
    const yaml_node_t *group = find(r, node, "group");
    if (group)
        return read_group(r, builder, node, group);
    if (count_pairs(node) != 1)
        return fail_at(r, node, "a step is one pass; its parameters want more indentation", NULL);
    const yaml_node_t *steps = find(r, node, "fixpoint");
    if (!steps)
        return read_pass(r, builder, node->data.mapping.pairs.start);
    fnc_builder inner;
    FINNC_TRY(fnc_builder_add_fixpoint(builder, &inner));
    return read_steps(r, &inner, steps);
}

/* A place "line 7", kept while its step is read. */
static finnc_status read_step(reader *r, fnc_builder *builder, const yaml_node_t *node)
{
    if (node->type == YAML_MAPPING_NODE)
        return read_mapping(r, builder, node);
    if (node->type != YAML_SCALAR_NODE)
        return fail_at(r, node, "a step is the name of a pass or a mapping", NULL);
    char line[32];
    snprintf(line, sizeof line, "%zu", node->start_mark.line + 1);
    FNC_AT(r->cx, "line", line, NULL);
    return fnc_builder_read_line(builder, text_of(node));
}

static finnc_status read_steps(reader *r, fnc_builder *builder, const yaml_node_t *list)
{
    if (list->type != YAML_SEQUENCE_NODE)
        return fail_at(r, list, "a list of steps is expected here", NULL);
    for (yaml_node_item_t *item = list->data.sequence.items.start;
         item < list->data.sequence.items.top; item++) {
        yaml_node_t *step;
        FINNC_TRY(visit(r, *item, &step));
        FINNC_TRY(read_step(r, builder, step));
    }
    return FINNC_OK;
}

/* The list alone, or a mapping with `passes` and what describes them. */
static finnc_status read_root(reader *r, fnc_builder *builder, const yaml_node_t *root)
{
    static const char *const known[] = {"name", "summary", "passes"};
    bool is_given[3] = {false};
    if (root->type != YAML_MAPPING_NODE)
        return read_steps(r, builder, root);
    for (yaml_node_pair_t *pair = root->data.mapping.pairs.start;
         pair < root->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(r->document, pair->key);
        size_t i = 0;
        while (i < 3 && !is_text(key, known[i]))
            i++;
        if (i == 3)
            return fail_at(r, key, "only name, summary and passes may stand here, not",
                           key->type == YAML_SCALAR_NODE ? text_of(key) : NULL);
        if (is_given[i])
            return fail_at(r, key, "given twice:", known[i]);
        is_given[i] = true;
    }
    const yaml_node_t *passes = find(r, root, "passes");
    return passes ? read_steps(r, builder, passes) : fail_at(r, root, "there are no passes", NULL);
}

static finnc_status fail_to_parse(finnc_ctx *cx, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return finnc_no_memory(cx);
    return finnc_fail(cx, FINNC_BAD_VALUE, "line %zu: %s", parser->problem_mark.line + 1,
                      parser->problem ? parser->problem : "no YAML");
}

/* Once over the events, which end where a document would go on for long. */
static finnc_status check_nesting(fnc_builder *builder, yaml_parser_t *parser)
{
    finnc_ctx *cx = builder->cx;
    int depth = 0;
    yaml_event_type_t type;
    do {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return fail_to_parse(cx, parser);
        type = event.type;
        depth += type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT;
        depth -= type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT;
        const size_t line = event.start_mark.line + 1;
        yaml_event_delete(&event);
        if (depth > MAX_NESTING)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "line %zu: lists and maps lie more than %d deep in one another", line,
                              MAX_NESTING);
    } while (type != YAML_STREAM_END_EVENT);
    return FINNC_OK;
}

static finnc_status read_document(fnc_builder *builder, yaml_parser_t *parser)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document))
        return fail_to_parse(builder->cx, parser);
    reader r = {.cx = builder->cx, .document = &document};
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    finnc_status status = root ? read_root(&r, builder, root)
                               : finnc_fail(builder->cx, FINNC_BAD_VALUE, "the pipeline is empty");
    yaml_document_delete(&document);
    return status;
}

static finnc_status check_end(finnc_ctx *cx, yaml_parser_t *parser)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document))
        return fail_to_parse(cx, parser);
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    const finnc_status status =
        root ? finnc_fail(cx, FINNC_BAD_VALUE,
                          "line %zu: a second document begins here, a pipeline is one",
                          document.start_mark.line + 1)
             : FINNC_OK;
    yaml_document_delete(&document);
    return status;
}

static finnc_status read_stream(fnc_builder *builder, yaml_parser_t *parser)
{
    FINNC_TRY(read_document(builder, parser));
    return check_end(builder->cx, parser);
}

static finnc_status with_parser(fnc_builder *builder, const char *yaml, size_t length,
                                finnc_status (*read)(fnc_builder *, yaml_parser_t *))
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return finnc_no_memory(builder->cx);
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, length);
    const finnc_status status = read(builder, &parser);
    yaml_parser_delete(&parser);
    return status;
}

finnc_status fnc_builder_read_yaml(fnc_builder *builder, const char *yaml, size_t length)
{
    if (length > MAX_BYTES)
        return finnc_fail(builder->cx, FINNC_BAD_VALUE, "a pipeline has at most %d bytes",
                          MAX_BYTES);
    FINNC_TRY(with_parser(builder, yaml, length, check_nesting));
    return with_parser(builder, yaml, length, read_stream);
}

/* ---- files ---- */

static finnc_status fail_file(finnc_ctx *cx, const char *what)
{
    return finnc_fail(cx, errno == ENOENT ? FINNC_NOT_FOUND : FINNC_BAD_FILE, "%s: %s", what,
                      strerror(errno));
}

static finnc_status read_file(finnc_ctx *cx, FILE *file, fnc_arena *arena, char **data,
                              size_t *length)
{
    *data = fnc_arena_alloc(arena, MAX_BYTES + 1);
    if (!*data)
        return finnc_no_memory(cx);
    *length = fread(*data, 1, MAX_BYTES + 1, file);
    return ferror(file) ? fail_file(cx, "cannot be read") : FINNC_OK;
}

finnc_status finnc_pipeline_read(finnc_ctx *cx, const char *path, finnc_pipeline **pipeline)
{
    FNC_AT_FILE(cx, path);
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail_file(cx, "cannot be opened");
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    char *data = NULL;
    size_t length = 0;
    finnc_status status = read_file(cx, file, &scratch, &data, &length);
    fclose(file);
    if (status == FINNC_OK)
        status = fnc_pipeline_read_bytes(cx, data, length, pipeline);
    fnc_arena_clear(&scratch);
    return status;
}
