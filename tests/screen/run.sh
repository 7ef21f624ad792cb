#!/bin/sh
# Golden screens: each NAME.script here drives the program without a terminal; what it prints must be NAME.screen, twice.
# `run.sh --bless [NAME…]` writes the screens anew: look at the difference before committing it.
here=${top_srcdir:-$(dirname "$0")/../..}/tests/screen
bless=
if [ "$1" = --bless ]; then
    bless=yes
    shift
fi
only=$*
here=$(cd "$here" && pwd)
: "${TROWEL:?set TROWEL to the program to test}"
case $TROWEL in /*) ;; *) TROWEL=$(pwd)/$TROWEL ;; esac
work=$(mktemp -d "${TMPDIR:-/tmp}/trowel-screen.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
cp -r "$here/../../samples" "$work/samples" && cd "$work" || exit 99
chmod -R u+w samples
count=0
failures=0

# The first line of a script says how it is run: # WIDTHxHEIGHT FILE…
drive() {
    read -r _ size files <"$here/$1.script"
    # shellcheck disable=SC2086
    "$TROWEL" --headless "$size" --script "$here/$1.script" $files >"$work/out" 2>"$work/err" </dev/null
    rc=$?
    cat "$work/out"
    [ "$rc" -eq 0 ] || { echo "exit $rc"; sed "s|$here/||" "$work/err"; }
}

for script in "$here"/*.script; do
    name=$(basename "$script" .script)
    case " $only " in "  " | *" $name "*) ;; *) continue ;; esac
    drive "$name" >"$work/first"
    if [ -n "$bless" ]; then
        cp "$work/first" "$here/$name.screen"
        continue
    fi
    count=$((count + 1))
    drive "$name" >"$work/second"
    if cmp -s "$work/first" "$here/$name.screen" && cmp -s "$work/first" "$work/second"; then
        echo "ok $count - $name"
    else
        failures=$((failures + 1))
        echo "not ok $count - $name"
        cmp -s "$work/first" "$work/second" || echo "# two runs differ"
        diff "$here/$name.screen" "$work/first" | sed 's/^/# /;40q'
    fi
done
[ -n "$bless" ] || echo "1..$count"
[ "$failures" -eq 0 ]
