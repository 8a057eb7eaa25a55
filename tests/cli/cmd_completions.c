/* The script for bash, asked as bash asks it. */
#include "support/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What bash offers for a word list that ends with the word under the cursor. */
static const char *offered(const char *words)
{
    static char answer[1 << 16];
    char line[1024];
    snprintf(line, sizeof line,
             "bash -c 'compopt() { :; }; source %s/completions/finnc.bash; COMP_WORDS=(%s); "
             "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _finnc; echo \" ${COMPREPLY[*]} \"'",
             FNC_BINARY_DIR, words);
    FILE *bash = popen(line, "r");
    cr_assert(bash);
    answer[fread(answer, 1, sizeof answer - 1, bash)] = 0;
    cr_assert_eq(pclose(bash), 0);
    return answer;
}

static void setup(void)
{
    if (access("/bin/bash", X_OK))
        cr_skip_test("there is no bash");
}

TestSuite(completions, .init = setup);

Test(completions, commands_options_and_choices_are_offered)
{
    cr_assert_str_eq(offered("finnc du"), " dump \n");
    cr_assert(strstr(offered("finnc \"\""), " transform "));
    cr_assert_str_eq(offered("finnc dump --wei"), " --weights \n");
    cr_assert_str_eq(offered("finnc dump --form"), " --format= \n");
    cr_assert_str_eq(offered("finnc dump --format = j"), " json \n");
    cr_assert_str_eq(offered("finnc dump -f o"), " onnx \n");
    cr_assert_str_eq(offered("finnc completions z"), " zsh \n");
    cr_assert_str_eq(offered("finnc run x.onnx --isa portab"), " portable \n");
}

Test(completions, the_last_pass_of_a_list_is_completed)
{
    cr_assert_str_eq(offered("finnc transform x.onnx --passes LowerConvs"),
                     " LowerConvsToMatMul \n");
    cr_assert_str_eq(offered("finnc transform x.onnx --passes tidy,LowerConvs"),
                     " tidy,LowerConvsToMatMul \n");
    cr_assert_str_eq(offered("finnc passes GemmTo"), " GemmToMatMul \n");
}

/* ---- the scripts themselves ---- */

/* Each is printed with all commands in it, and a shell that is there finds no fault with it. */
static void check_script(const char *shell, const char *check)
{
    char line[256];
    snprintf(line, sizeof line, "completions %s -o script", shell);
    const outcome *o = finnc_run(line, NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    const char *script = test_read("script");
    static const char *const words[] = {"transform", "channels-last", "max-memory", "Streamline",
                                        "MultiThreshold"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_expect(strstr(script, words[i]), "%s: no %s", shell, words[i]);
    snprintf(line, sizeof line, "command -v %s >/dev/null || exit 0; %s %s/script", shell, check,
             test_folder());
    cr_expect_eq(system(line), 0, "%s finds a fault", shell);
}

Test(completions, there_is_a_script_for_each_shell)
{
    check_script("bash", "bash -n");
    check_script("zsh", "zsh -n");
    check_script("fish", "fish --no-execute");
}

Test(completions, another_shell_is_a_wrong_line)
{
    const outcome *o = finnc_run("completions tcsh", NULL);
    cr_assert_eq(o->status, 2);
    cr_assert(strstr(o->err, "tcsh"), "%s", o->err);
}
