#!/bin/bash
# Makes the site, a folder of plain pages: build.sh OUT BUILD VERSION
# from the Markdown files where they lie, the manual pages in BUILD/man (printed from the tables), and the public headers.
# Needs cmark-gfm, mandoc and doxygen. Fails if a link leads nowhere or a header's comment is not well formed.
set -eu
cd "$(dirname "$(readlink -f "$0")")/../.."
out=$1 man=$2/man made=$2/include version=$3
rm -rf "$out"
mkdir -p "$out"
out=$(cd "$out" && pwd)

# page TITLE UP: what comes from standard input, framed; UP leads to the site's root
page() {
    local title=$1 up=$2
    cat <<HTML
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="${up}style.css"></head><body>
<nav><a href="${up}index.html"><b>finnc</b> $version</a><a href="${up}man/index.html">Commands</a><a href="${up}docs/passes.html">Passes</a><a href="${up}docs/ops.html">Operators</a><a href="${up}docs/running.html">Running</a><a href="${up}docs/pipelines.html">Pipelines</a><a href="${up}docs/python.html">Python</a><a href="${up}docs/embedding.html">In a program</a><a href="${up}api/files.html">C interface</a><a href="${up}docs/index.html">All pages</a></nav>
HTML
    cat
    printf '</body></html>\n'
}

# link TARGET TEXT [SUMMARY]: an entry of a list
link() { printf '<li><a href="%s">%s</a>%s</li>\n' "$1" "$2" "${3:+: $3}"; }

title_of() { sed -n '/^# /{s/^# //;s/`//g;p;q}' "$1"; }
up_from() { dirname "$1" | sed 's|^\.$||; s|[^/][^/]*|..|g; s|$|/|; s|^/$||'; }

# ---- Markdown ----

# Headings get the names that links to them use: lower case, dashes for blanks, nothing but letters and digits.
name_headings() {
    awk 'match($0, /^<h[1-6]>/) {
        name = tolower($0); gsub(/<[^>]*>|&[a-z]*;/, "", name); gsub(/[^a-z0-9 _-]/, "", name); gsub(/ /, "-", name)
        $0 = substr($0, 1, 3) " id=\"" name "\"" substr($0, 4)
    } { print }'
}

markdown() {
    local source=$1 target
    target=${source%.md}.html
    target=${target/%README.html/index.html}
    mkdir -p "$out/$(dirname "$target")"
    # Links between Markdown files are links between pages; headers are in the reference.
    cmark-gfm --unsafe -e table -e autolink --to html "$source" | name_headings |
        sed -E ':a; s/(href="[^":]*)README\.md/\1index.html/; s/(href="[^":]*)\.md(["#])/\1.html\2/; s|(href="[^":]*examples/[a-z0-9-]+)"|\1/index.html"|; s|href="([./]*)include/finnc/([a-z]+)\.h"|href="\1api/\2_8h.html"|; ta' |
        page "$(title_of "$source")" "$(up_from "$target")" >"$out/$target"
}

while read -r source; do markdown "$source"; done < <(git ls-files ':(glob)*.md' 'docs/*.md' 'examples/*.md' 'tests/*.md')
cp docs/site/style.css "$out"
while read -r file; do
    mkdir -p "$out/$(dirname "$file")"
    cp "$file" "$out/$file"
done < <(git ls-files LICENSE docs/images docs/schema.json examples recipes | grep -v '\.md$')
{
    printf '<h1>All pages</h1>\n<h2>Guides and reference</h2>\n<ul>\n'
    for source in docs/*.md; do link "$(basename "$source" .md).html" "$(title_of "$source")"; done
    printf '</ul>\n<h2>Examples</h2>\n<ul>\n'
    for source in examples/*/README.md; do link "../${source/%README.md/index.html}" "$(title_of "$source")"; done
    printf '</ul>\n<h2>The project</h2>\n<ul>\n'
    for source in *.md; do
        [ "$source" = README.md ] || link "../${source%.md}.html" "$(title_of "$source")"
    done
    printf '</ul>\n'
} | page "finnc: all pages" ../ >"$out/docs/index.html"

# ---- commands ----

mkdir -p "$out/man"
for source in "$man"/*.1; do
    name=$(basename "$source" .1)
    mandoc -T html -O fragment,man=%N.html "$source" | page "$name" ../ >"$out/man/$name.html"
done
{
    printf '<h1>Commands</h1>\n<ul>\n'
    for source in "$man"/finnc.1 "$man"/finnc-*.1; do
        name=$(basename "$source" .1)
        link "$name.html" "${name/-/ }" "$(sed -n '/^\.SH NAME/{n;s/.* \\- //;s/\\//g;p;q}' "$source")"
    done
    printf '</ul>\n'
} | page "finnc: commands" ../ >"$out/man/index.html"

# ---- the C interface ----

headers=$(mktemp -d)
trap 'rm -rf "$headers"' EXIT
cp include/finnc/*.h "$made"/finnc/*.h "$headers"
{
    cat docs/site/Doxyfile
    printf 'INPUT = %s\nSTRIP_FROM_PATH = %s\nOUTPUT_DIRECTORY = %s\nPROJECT_NUMBER = %s\n' "$headers" "$headers" "$out" "$version"
} | doxygen - 2>"$headers/warnings" || { cat "$headers/warnings" >&2; exit 1; }
if [ -s "$headers/warnings" ]; then
    cat "$headers/warnings" >&2
    exit 1
fi

# ---- does every link lead somewhere? ----

broken=0
while IFS=: read -r from link; do
    case $link in http* | mailto*) continue ;; esac
    target=$(dirname "$from")/${link%%#*}
    [ -z "${link%%#*}" ] && target=$from
    if [ ! -e "$target" ]; then
        printf '%s: the link %s leads nowhere\n' "${from#"$out"/}" "$link" >&2
        broken=1
    elif [ "${link#*#}" != "$link" ] && [ -f "$target" ] && ! grep -q "id=\"${link#*#}\"" "$target"; then
        printf '%s: there is no heading for %s\n' "${from#"$out"/}" "$link" >&2
        broken=1
    fi
done < <(find "$out" -name '*.html' -not -path "$out/api/*" -print0 | xargs -0 grep -oHE '(href|src)="[^"]*"' |
    sed -E 's/:(href|src)="([^"]*)"$/:\2/' | sort -u)
exit $broken
