/* Tables with aligned columns, and numbers for people. */
#include "cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void cli_table_init(cli_table *table, const char *align)
{
    *table = (cli_table){.align = align, .ncolumns = strlen(align)};
}

void cli_table_add(cli_table *table, const char *format, ...)
{
    char **cells = cli_grow(table->cells, sizeof *cells, table->ncells, &table->room);
    if (!cells) {
        table->is_broken = true;
        return;
    }
    table->cells = cells;
    va_list args;
    va_start(args, format);
    char *cell = NULL;
    if (vasprintf(&cell, format, args) < 0)
        table->is_broken = true;
    else
        table->cells[table->ncells++] = cell;
    va_end(args);
}

/* Columns that a text takes: code points, near enough to what terminals show of UTF-8; a control
 * character becomes four (cli_put). */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (const unsigned char *s = (const unsigned char *)text; *s; s++)
        width += *s < 0x20 || *s == 0x7f ? 4 : (*s & 0xc0) != 0x80;
    return width;
}

static void put_cell(FILE *to, const char *cell, size_t width, bool to_right, bool is_last)
{
    int blanks = (int)(width - width_of(cell));
    if (to_right)
        fprintf(to, "%*s", blanks, "");
    cli_put(to, cell);
    if (!to_right && !is_last)
        fprintf(to, "%*s", blanks, "");
}

finnc_status cli_table_print(cli *c, cli_table *table, const char *indent, FILE *to)
{
    size_t n = table->ncolumns ? table->ncolumns : 1, *widths = calloc(n, sizeof *widths);
    if (table->is_broken || !widths) {
        free(widths);
        cli_table_clear(table);
        return finnc_no_memory(c->cx);
    }
    for (size_t i = 0; i < table->ncells; i++) {
        size_t width = width_of(table->cells[i]);
        if (width > widths[i % n])
            widths[i % n] = width;
    }
    for (size_t i = 0; i < table->ncells; i++) {
        /* Empty cells at the end of a line leave no blanks behind. */
        size_t line_end = i - i % n + n, last = line_end;
        while (last > i + 1 && last <= table->ncells && !table->cells[last - 1][0])
            last--;
        fputs(i % n ? "  " : indent, to);
        put_cell(to, table->cells[i], widths[i % n], table->align[i % n] == '>', i + 1 == last);
        if (i + 1 == last) {
            putc('\n', to);
            i = line_end - 1;
        }
    }
    free(widths);
    cli_table_clear(table);
    return FINNC_OK;
}

void cli_table_clear(cli_table *table)
{
    for (size_t i = 0; i < table->ncells; i++)
        free(table->cells[i]);
    free(table->cells);
    cli_table_init(table, table->align);
}

const char *cli_thousands(double x, char text[CLI_NUMBER_MAX])
{
    char digits[CLI_NUMBER_MAX];
    int n = snprintf(digits, sizeof digits, "%.0f", x < 0 ? -x : x), used = 0;
    if (n > 30) {
        snprintf(text, CLI_NUMBER_MAX, "%.3g", x);
        return text;
    }
    if (x < 0)
        text[used++] = '-';
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = digits[i];
    }
    text[used] = 0;
    return text;
}

const char *cli_bytes(double nbytes, char text[CLI_NUMBER_MAX])
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    for (; nbytes >= 1024 && unit < 4; unit++)
        nbytes /= 1024;
    snprintf(text, CLI_NUMBER_MAX, unit ? "%.3g %s" : "%.0f %s", nbytes, units[unit]);
    return text;
}
