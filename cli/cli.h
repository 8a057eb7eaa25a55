/* What every command of the program is made of: its row (options, operands, words for help and man
 * pages) and, while it runs, its arguments, its context and its manners towards terminal and files.
 *
 * Exit status: 0 done and equal, 1 it failed or a comparison differs, 2 the command line is wrong.
 */
#ifndef CLI_H
#define CLI_H

#include <finnc/finnc.h>
#include <finnc/run.h>

#include <stdio.h>

/* ---- rows ---- */

/* What an option's or operand's argument is: checked before the command runs, and completed by the
 * shell. */
typedef enum cli_kind {
    CLI_FLAG,    /* no argument */
    CLI_TEXT,    /* anything */
    CLI_CHOICE,  /* one of `arg`, "text|json|onnx" */
    CLI_COUNT,   /* a whole number from 0 */
    CLI_SOME,    /* a whole number from 1: to the library 0 means what nobody said */
    CLI_INTEGER, /* a whole number, which may be negative */
    CLI_NUMBER,  /* a number */
    CLI_SECONDS, /* a number above 0, and a finite one */
    CLI_SIZE,    /* bytes, with K, M, G or T behind them */
    CLI_LIMIT,   /* a limit's name, '=' and a number, with K, M, G or T behind it */
    CLI_FILE,    /* a file; "-" where that makes sense */
    CLI_FOLDER,  /* a folder */
    CLI_PASSES,  /* a pipeline's text */
    CLI_PASS,    /* the name of a pass */
    CLI_OP,      /* the name of an op */
    CLI_COMMAND, /* the name of a command */
    CLI_ISA,     /* the name of an instruction set of the fast engine */
} cli_kind;

enum {
    CLI_MANY = 1u << 0,     /* may be given several times */
    CLI_MAY = 1u << 1,      /* option: the argument may be left out; operand: may be absent */
    CLI_WRITES = 1u << 2,   /* option: the file or folder is written; others are read */
    CLI_REPLACES = 1u << 3, /* and may be the MODEL itself, which what is written is made of */
};

typedef struct cli_option {
    const char *name; /* without dashes */
    char letter;      /* 0: none */
    cli_kind kind;
    const char *arg;  /* how help calls the argument; CLI_CHOICE: the words, with '|' between */
    const char *help; /* lower case, no full stop */
    unsigned flags;
} cli_option;

typedef struct cli_operand {
    const char *name; /* "MODEL" */
    cli_kind kind;
    unsigned flags;
    const char *arg; /* CLI_CHOICE: the words */
} cli_operand;

typedef enum cli_group { CLI_LOOK, CLI_ANALYSE, CLI_CHANGE, CLI_RUN, CLI_LEARN } cli_group;

enum { CLI_MAX_OPTIONS = 32, CLI_MAX_OPERANDS = 3 };

typedef struct cli cli;

typedef struct cli_command {
    const char *name;
    cli_group group;
    const char *summary;  /* one line, lower case */
    const char *about;    /* paragraphs, an empty line between; may be NULL */
    const char *examples; /* lines "COMMAND LINE # what it does"; may be NULL */
    cli_operand operands[CLI_MAX_OPERANDS + 1]; /* ends with a NULL name */
    cli_option options[CLI_MAX_OPTIONS + 1];    /* ends with a NULL name */
    /* Options that contradict each other: lines "json format=text format=onnx", an option and those
     * that it cannot be given with, whatever their arguments or with the one said. NULL: none. */
    const char *excludes;
    finnc_status (*run)(cli *c);
} cli_command;

extern const cli_command *const cli_commands[]; /* in the order of commands.def; ends with NULL */
enum { CLI_NCOMMON = 6 };
/* Options of every command; ends with a NULL name. */
extern const cli_option cli_common[CLI_NCOMMON + 1];
/* The command's i-th option, the common ones behind its own; NULL past the end. */
const cli_option *cli_option_at(const cli_command *command, size_t i);
/* Has the command one of its own in the place of a common option? */
bool cli_has_own(const cli_command *command, const cli_option *common);

const cli_command *cli_command_find(const char *name);
/* The name of the command nearest to `name`, or NULL if none is near. */
const char *cli_command_nearest(const char *name);
const char *cli_group_title(cli_group group);
/* "-o, --output=FILE" into `text`. */
const char *cli_option_spelling(const cli_option *option, char *text, size_t size);
/* What help says of an option, of a command (NULL: of all) what it cannot be given with, too. */
enum { CLI_ABOUT_MAX = 512 };
const char *cli_option_about(const cli_command *command, const cli_option *option,
                             char text[CLI_ABOUT_MAX]);
/* Two that contradict each other, as `excludes` has them: "json", "format=text". */
typedef struct cli_exclusion {
    const char *option, *other;
    int option_length, other_length;
} cli_exclusion;
/* The next of a command's; `*at` begins at its `excludes`, `*exclusion` at zero. */
bool cli_next_exclusion(const char **at, cli_exclusion *exclusion);
/* "[OPTION]... MODEL [FILE]..." into `text`. */
const char *cli_usage(const cli_command *command, char *text, size_t size);

/* ---- a command at work ---- */

typedef struct cli_given {
    const cli_option *option;
    const char *text; /* NULL: a flag, or an optional argument left out */
} cli_given;

struct cli {
    const cli_command *command;
    finnc_ctx *cx;
    cli_given *given; /* options, in the order given */
    size_t ngiven;
    const char **operands;
    size_t noperands;
    bool is_quiet;
    bool has_progress; /* progress is shown: stderr is a terminal */
    bool has_colour;   /* on stderr */
    const char *job;   /* what alone is shown as progress: not the parts of it; NULL: all */
    uint64_t max_memory;
    int exit_status; /* of a run that returns FINNC_OK: 1 for "they differ" */
    char hint[256];  /* printed below the error; "" if there is none */
};

/* Fills `c` from a command's arguments (argv[0] is the command's name). False: the command line is
 * wrong, and the words for it are printed; exit_status is 1 if it was memory that was missing. */
bool cli_parse(cli *c, int argc, char **argv);
void cli_clear(cli *c);

/* The arguments. An option that is not in the command's row is our own mistake: asserted. */
bool cli_has(const cli *c, const char *option);
/* Is there an option of that name in the command's row? */
bool cli_knows(const cli *c, const char *option);
/* The last one given, or `absent`. */
const char *cli_text(const cli *c, const char *option, const char *absent);
/* The options that say what runs a model, for the rows of commands that have them: the engine,
 * "auto" by default, and the fast one's kernels. */
#define CLI_ENGINE_OPTION                                                                          \
    {                                                                                              \
        "engine", 'e', CLI_CHOICE, "auto|reference|fast",                                          \
            "what runs it: a plain kernel for each node; packed integers where these give the "    \
            "same; or, the default, whichever is estimated to take less time",                     \
            0                                                                                      \
    }
#define CLI_KERNEL_OPTIONS                                                                         \
    {"isa",                                                                                        \
     0,                                                                                            \
     CLI_ISA,                                                                                      \
     "NAME",                                                                                       \
     "the fast engine's kernels: not of the newest instruction set that the machine has, but of "  \
     "this one",                                                                                   \
     0},                                                                                           \
    {                                                                                              \
        "mode", 0, CLI_CHOICE, "images|planes",                                                    \
            "the fast engine takes one image at a time, or one for each bit of a register; not "   \
            "whichever is estimated to be faster",                                                 \
            0                                                                                      \
    }
#define CLI_KERNEL_EXCLUDES "isa engine=reference\nmode engine=reference\n"
finnc_engine cli_engine(const cli *c);
/* NULL: --isa was not given. */
const char *cli_isa(const cli *c);
finnc_mode cli_mode(const cli *c);
uint64_t cli_count(const cli *c, const char *option, uint64_t absent);
int cli_int(const cli *c, const char *option, int absent);     /* clamped to INT_MAX */
int cli_integer(const cli *c, const char *option, int absent); /* a CLI_INTEGER */
/* What --max says. */
finnc_limits cli_limits(const cli *c);
double cli_number(const cli *c, const char *option, double absent);
/* The i-th of an option that may be given several times, or NULL. */
const char *cli_nth(const cli *c, const char *option, size_t i);

/* Born here: the command line is wrong in a way that the rows cannot say. Exit status 2. */
FINNC_PRINTF(2, 3) finnc_status cli_wrong(cli *c, const char *format, ...);
#ifdef FNC_LINT_FAILING_H /* tests/lint/failing.h: this never returns FINNC_OK either */
#define cli_wrong(...) fnc_lint_failed(cli_wrong(__VA_ARGS__))
#endif
/* There is no command of that name. */
finnc_status cli_no_command(cli *c, const char *name);
/* Sets the hint that follows the error. */
FINNC_PRINTF(2, 3) void cli_hint(cli *c, const char *format, ...);

/* ---- words on stderr ---- */

typedef enum cli_colour { CLI_PLAIN, CLI_BOLD, CLI_RED, CLI_YELLOW, CLI_GREEN, CLI_DIM } cli_colour;

/* What switches a colour on and (CLI_PLAIN) off on stderr: "" where there are no colours. */
const char *cli_colour_code(const cli *c, cli_colour colour);
/* "finnc: error: ..." and such; control characters, which a model's names may hold, are escaped. */
void cli_say(const cli *c, cli_colour colour, const char *kind, const char *text);
void cli_log(void *user, finnc_severity severity, const char *line);
/* As a bar with what is left, where the total is known. */
void cli_progress(void *user, const char *what, size_t done, size_t total);
/* Wipes a progress line. */
void cli_progress_end(const cli *c);
/* Writes text from outside: control characters as \xNN, so that no name steers the terminal. */
void cli_put(FILE *to, const char *text);
/* The name of `names` (ends with NULL) nearest to `wanted`, or NULL if none is near. */
const char *cli_nearest(const char *wanted, const char *const *names);
enum { CLI_WORD_MAX = 32 };
/* The same of "text|json|onnx", into `near`; false: none is near. */
bool cli_nearest_choice(const char *wanted, const char *words, char near[CLI_WORD_MAX]);

/* The hint after a failure that names a file among the arguments that is not there: the one that
 * was meant, if there is one with nearly that name (near_file.c). */
void cli_hint_near_file(cli *c);

/* ---- pipelines (pipeline.c) ---- */

#define CLI_PIPELINE_OPTIONS                                                                       \
    {"passes", 'p', CLI_PASSES, "LIST", "the passes to run, in order", CLI_MANY},                  \
    {                                                                                              \
        "pipeline", 0, CLI_FILE, "FILE.yaml", "the passes to run, from a file", 0                  \
    }

#define CLI_PIPELINE_EXCLUDES "pipeline passes\n"

/* Reads the options above: one of the two has to be there. */
FINNC_MUST_USE finnc_status cli_pipeline_read(cli *c, finnc_pipeline **pipeline);

/* ---- files (files.c) ---- */

/* Reads a model: ONNX, or its textual syntax from FILE.onnxtxt; "-" is standard input, either. */
FINNC_MUST_USE finnc_status cli_model_read(cli *c, const char *path, finnc_model **model);
/* What to call the file of a model in messages: "standard input" for "-". */
const char *cli_file_name(const char *path);
FINNC_MUST_USE finnc_status cli_model_write(cli *c, const finnc_model *model, const char *path,
                                            finnc_external external);

/* What a command that is one pass does: reads operand 0, transforms it, writes it to --output. */
FINNC_MUST_USE finnc_status cli_model_apply(cli *c, const finnc_pipeline *pipeline);

/* Where a report goes: `stream` collects, and closing replaces the file. NULL or "-": standard
 * output. */
typedef struct cli_output {
    const char *path;
    FILE *stream;
    char *data;
    size_t nbytes;
} cli_output;

FINNC_MUST_USE finnc_status cli_output_open(cli *c, const char *path, cli_output *output);
/* Ends it: writes the file if `status` is a success; returns `status` or the failure to write. */
FINNC_MUST_USE finnc_status cli_output_close(cli *c, cli_output *output, finnc_status status);
/* A stream into memory. Closing it sets `text`, which free() ends, and fails if anything written
 * was lost. NULL: no memory. */
FILE *cli_collect(char **text, size_t *nbytes);
/* `array`, malloc'd or NULL, of `*room` elements of `size` bytes, with room for one more than
 * `count`; it may have moved. NULL: no memory, and it is as it was. */
void *cli_grow(void *array, size_t size, size_t count, size_t *room);
/* A finnc_write_fn over the FILE that is `user`. */
finnc_status cli_write(void *user, finnc_ctx *cx, const char *text, size_t length);
/* Makes a folder if it is not there. */
FINNC_MUST_USE finnc_status cli_folder_make(cli *c, const char *path);
/* Was the option, a file to write, given as "-", standard output? */
bool cli_is_stdout(const cli *c, const char *option);
/* Do two paths lead to one file, which need not be there yet? Never of pipes and devices. */
bool cli_is_same_file(const char *path, const char *other);
/* Would the command, as it was called, write two results into one file, or over what it reads?
 * Then `words` say which (same_file.c). */
bool cli_has_clash(const cli *c, char *words, size_t size);
/* Fails if the command, as it was called, would write over a file that the weights of `model` lie
 * in. Where a model is written that is made of it the library says what becomes of them. */
FINNC_MUST_USE finnc_status cli_data_check(cli *c, const finnc_model *model);
/* Does `path` end in `suffix`, whatever the case? */
bool cli_has_suffix(const char *path, const char *suffix);

/* ---- tables (table.c) ---- */

/* Lines of cells, printed with their columns aligned; a '>' in `align` at a column's place puts it
 * to the right. */
typedef struct cli_table {
    const char *align;
    char **cells;
    size_t ncolumns, ncells, room;
    bool is_broken; /* no memory */
} cli_table;

void cli_table_init(cli_table *table, const char *align);
FINNC_PRINTF(2, 3) void cli_table_add(cli_table *table, const char *format, ...);
/* Prints behind `indent` and clears. */
FINNC_MUST_USE finnc_status cli_table_print(cli *c, cli_table *table, const char *indent, FILE *to);
void cli_table_clear(cli_table *table);

/* 1542848 as "1,542,848". */
enum { CLI_NUMBER_MAX = 48 };
const char *cli_thousands(double x, char text[CLI_NUMBER_MAX]);
/* 1542848 as "1.47 MiB". */
const char *cli_bytes(double nbytes, char text[CLI_NUMBER_MAX]);

/* ---- describing (describe.c) ---- */

enum { CLI_SHAPE_MAX = 160 };
/* "1x3x32x32", "batch x 10", "?" if the rank is not known. */
const char *cli_shape(const finnc_value *value, char text[CLI_SHAPE_MAX]);
const char *cli_dims(int rank, const int64_t *dims, char text[CLI_SHAPE_MAX]);
/* "UINT8" if annotated, else the element type's "float32". */
const char *cli_type(const finnc_value *value, char text[FINNC_DTYPE_NAME_MAX]);
/* An element: an integer with all its digits, a float with seven, a complex number as 1+2j, a
 * string in quotes. */
void cli_put_element(FILE *to, const finnc_tensor *tensor, int64_t i);
bool cli_is_complex(finnc_elem elem);
/* "float32". */
const char *cli_elem(finnc_elem elem, char text[FINNC_DTYPE_NAME_MAX]);
/* The nodes as a table, subgraphs below their nodes, with totals. */
FINNC_MUST_USE finnc_status cli_describe_nodes(cli *c, const finnc_model *model, FILE *to);
/* What the model leaves out; where that cannot be told is warned of. */
FINNC_MUST_USE finnc_status cli_infer_shapes(cli *c, finnc_model *model);

#endif
