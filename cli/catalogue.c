#include "catalogue.h"

#include <ctype.h>
#include <string.h>

void cli_markdown_cell(FILE *to, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            putc('\\', to);
        putc(*text == '\n' ? ' ' : *text, to);
    }
}

void cli_markdown_text(FILE *to, const char *text)
{
    for (; *text; text++) {
        if (*text == '<' || *text == '*' || *text == '_')
            putc('\\', to);
        putc(*text, to);
    }
}

void cli_markdown_anchor(FILE *to, const char *heading)
{
    for (; *heading; heading++) {
        if (isalnum((unsigned char)*heading) || *heading == '-' || *heading == '_')
            putc(tolower((unsigned char)*heading), to);
        else if (*heading == ' ')
            putc('-', to);
    }
}

const char *cli_param_kind_name(finnc_param_kind kind)
{
    switch (kind) {
    case FINNC_PARAM_INT:
        return "integer";
    case FINNC_PARAM_FLOAT:
        return "number";
    case FINNC_PARAM_BOOL:
        return "true or false";
    case FINNC_PARAM_STRING:
        return "string";
    case FINNC_PARAM_JSON:
        return "list or object";
    }
    return "";
}
