#!/bin/sh
# doc/keys.md says what lua/keys/default.keys binds, section by section, and every bound line begins with a command there is.
# `keys-doc.sh --bless` writes the page anew.
top=${top_srcdir:-$(dirname "$0")/../..}
keys=$top/lua/keys/default.keys
page=$top/doc/keys.md

make_page() {
    echo '# Keys'
    echo
    echo 'The default keys, by what they are for. `any` works everywhere, the others in the pane they name. In a command `{col}`'
    echo 'stands for the column under the cursor, `{same}` for "this column holds this cell'"'"'s value". Your own keys go into a'
    echo 'file of the same form (`CONTEXT KEYS -> COMMAND LINE`), loaded with `--keymap FILE` or `:keymap FILE`; `:keymap-dump`'
    echo 'lists what is bound, `?` what works where you are. A key that begins longer ones (`g`, `x`, `z`) shows what can follow'
    echo 'when one waits, and a line that begins with `prompt` waits for the rest of it.'
    echo help | "${TROWEL:?set TROWEL to the program to test}" --plain | awk '
        FNR == NR { # the list of commands: what each does stands below its heading
            if (!at) at = index($0, "what it does")
            else { says[$1] = substr($0, at); gsub(/\|/, "\\|", says[$1]) }
            next
        }
        /^# [A-Z][A-Za-z, ]*$/ {
            print ""; print "## " substr($0, 3); print "| keys | where | command | what it does |"; print "|---|---|---|---|"; next
        }
        !/^#/ && /->/ {
            line = $0; sub(/.*-> */, "", line)
            n = split(line, word, " "); name = word[1]
            if (name == "prompt" && n > 1) name = word[2] == "command" ? word[3] : word[2]
            what = says[name == "" ? word[1] : name]
            gsub(/\|/, "\\|", line)
            key = $2; gsub(/\|/, "\\|", key)
            print "| `" key "` | " $1 " | `" line "` | " what " |"
        }' - "$keys"
}

if [ "$1" = --bless ]; then
    make_page >"$page"
    exit
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/trowel-keys.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
failures=0
report() {
    if [ "$2" -eq 0 ]; then echo "ok $1 - $3"; else echo "not ok $1 - $3"; failures=1; fi
}
make_page >"$work/page"
cmp -s "$work/page" "$page"
report 1 $? "doc/keys.md is what tests/tui/keys-doc.sh --bless writes"

grep -v '^#' "$keys" | sed -n 's/.*-> *//p' | sort -u >"$work/lines"
while read -r name rest; do
    echo "help $name"
done <"$work/lines" | sort -u >"$work/script"
"${TROWEL:?set TROWEL to the program to test}" --headless 80x24 --script "$work/script" >"$work/out" 2>&1
rc=$?
[ $rc -eq 0 ] || sed 's/^/# /;5q' "$work/out"
report 2 $rc "every bound line begins with a command that exists"

printf 'keymap-dump\nkeys Z\nscreen\n' >"$work/script"
"$TROWEL" --headless 200x200 --script "$work/script" | awk 'NR > 3 && NF >= 3 && $1 ~ /^(any|grid|findings|document|plot)$/' | wc -l >"$work/shown"
[ "$(cat "$work/shown")" -eq "$(grep -c '^[a-z].*->' "$keys")" ]
report 3 $? "keymap-dump lists every binding"
for preset in less vi visidata; do
    echo "keymap $top/lua/keys/$preset.keys"
    sed -n 's/^[a-z].*-> *\([a-z][a-z!-]*\).*/help \1/p' "$top/lua/keys/$preset.keys"
done >"$work/script"
"$TROWEL" --headless 80x24 --script "$work/script" >"$work/out" 2>&1
rc=$?
[ $rc -eq 0 ] || sed 's/^/# /;3q' "$work/out"
report 4 $rc "the presets load and name commands that exist"

# Methods that a key begins a line with are there.
rc=0
sed -n 's/.*-> prompt command \([a-z]*\) .*--method \([a-z_-]*\)$/\1 \2/p' "$top"/lua/keys/*.keys >"$work/methods"
while read -r family method; do
    "$TROWEL" "$family" --method "$method" --explain >"$work/out" 2>&1 || { rc=1; sed 's/^/# /' "$work/out"; }
done <"$work/methods"
report 5 $rc "methods in key maps exist"
echo "1..5"
[ "$failures" -eq 0 ]
