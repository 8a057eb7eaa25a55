/* examples/bisect: its script runs, and what its README quotes is what is said. */
#include "support/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER FNC_SOURCE_DIR "/examples/bisect"

/* What the script prints: the lines that the README quotes are among them. */
static const char *told(void)
{
    char command[2048];
    snprintf(command, sizeof command, "FINNC=%s/finnc %s/find.sh %s >%s/told 2>&1", FNC_BINARY_DIR,
             FOLDER, test_folder(), test_folder());
    const int status = system(command);
    const char *text = test_read("told");
    cr_assert(text);
    cr_assert_eq(status, 0, "%s", text);
    return text;
}

Test(bisect, the_script_finds_the_rewrite)
{
    const char *text = told();
    cr_expect(strstr(text, "verified 4 of 4 passes"), "%s", text);
    cr_expect(strstr(text, "pass RoundAndClipThresholds"), "%s", text);
    cr_expect(strstr(text, "equal: none of 8 rewrites"), "%s", text);
}

Test(bisect, the_readme_quotes_what_is_said)
{
    static char readme[1 << 14], text[1 << 16];
    snprintf(text, sizeof text, "%s", told());
    FILE *file = fopen(FOLDER "/README.md", "r");
    cr_assert(file);
    readme[fread(readme, 1, sizeof readme - 1, file)] = 0;
    fclose(file);
    int quoted = 0;
    for (char *line = strtok(readme, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "    ", 4) != 0 || !strncmp(line, "    finnc ", 10) ||
            !strncmp(line, "    sed ", 8) || !strncmp(line, "    FINNC=", 10))
            continue;
        cr_expect(strstr(text, line + 4), "nobody says '%s'", line + 4);
        quoted++;
    }
    cr_expect_eq(quoted, 6);
}
