#!/bin/bash
# The command lines in the documentation and in the help have commands and options that there are, and its pipelines can be read:
# commands.sh FINNC, in the folder of the sources.
set -eu
finnc=$(readlink -f "$1")
cd "$(dirname "$(readlink -f "$0")")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lines=0 wrong=0

complain() { printf '%s\n' "$*" >&2; wrong=1; }

# "FILE:LINE:COMMAND AND ALL BEHIND IT", of lines of code and of what stands between backquotes
command_lines() {
    for command in $("$finnc" --help | grep -oP '^  \K[a-z-]+(?=  )|^  \Kchannels-last'); do
        "$finnc" "$command" --help | grep -noP '^  (?:.*\| )?finnc \K[a-z](?:(?!finnc )[^|#;])*' | sed "s/^/help of $command:/"
    done
    grep -noP '(?:^    |`|\$ |! |\| )(?:[A-Z_]+=\S+ )*finnc \K[a-z](?:(?!finnc )[^`|#;])*' -- README.md CONTRIBUTING.md docs/*.md examples/*/README.md
}

while IFS=: read -r file number line; do
    command=$(expr "$line" : '\([a-z-]*\)')
    [ -f "$work/$command" ] || "$finnc" "$command" --help >"$work/$command" 2>/dev/null ||
        { complain "$file:$number: there is no command '$command'"; continue; }
    lines=$((lines + 1))
    for option in $(grep -oP '(?<![\w-])(--[a-z][a-z-]*|-[a-zA-Z])(?=[ =\[,)]|$)' <<<"$line"); do
        grep -qP -- "^  .{0,6}(?<![\w-])$option(?=[ =\[,]|$)" "$work/$command" ||
            complain "$file:$number: finnc $command has no option $option"
    done
done < <(command_lines)
[ $lines -gt 100 ] || complain "only $lines command lines were found"

awk '/^```yaml$/ { n++; inside = 1; next } /^```$/ { inside = 0 } inside { print >(work "/" n ".yaml") }' work="$work" docs/pipelines.md
for pipeline in "$work"/*.yaml; do
    "$finnc" transform examples/tfc-hardware/tfc.onnxtxt -n --pipeline "$pipeline" || complain "docs/pipelines.md: $(cat "$pipeline")"
done
[ $wrong = 0 ] || exit 1
echo "$lines command lines"
