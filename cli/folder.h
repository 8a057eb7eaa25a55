/* Files named on a command line, with folders unfolded. */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include "cli.h"

typedef struct cli_files {
    char **paths;
    size_t count, room;
} cli_files;

/* Appends `path`, or, if it is a folder, all files of a known format below it in the order of their
 * names, byte by byte; hidden ones and links to folders are left out. `takes_all`: whatever the
 * format. It fails if a folder holds none. End with cli_files_clear in any case. */
FINNC_MUST_USE finnc_status cli_files_add(cli *c, cli_files *files, const char *path,
                                          bool takes_all);
void cli_files_clear(cli_files *files);

#endif
