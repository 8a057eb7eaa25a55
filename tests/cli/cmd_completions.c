/* The script for bash, asked as bash asks it. */
#include "support/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
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
}

Test(completions, the_last_pass_of_a_list_is_completed)
{
    cr_assert_str_eq(offered("finnc transform x.onnx --passes LowerConvs"),
                     " LowerConvsToMatMul \n");
    cr_assert_str_eq(offered("finnc transform x.onnx --passes tidy,LowerConvs"),
                     " tidy,LowerConvsToMatMul \n");
    cr_assert_str_eq(offered("finnc passes GemmTo"), " GemmToMatMul \n");
}
