#!/bin/sh
# The manual page and the completions, made from the tables: they render, load and complete; help explains methods.
. "${top_srcdir:?}/tests/lib.sh"

run man
status 0 "man"
cp .out trowel.1
good "names every subcommand" sh -c '"$0" help --examples | sed -n "s/^cli	\([a-z-]*\)	.*/\1/p" |
    while read -r sub; do grep -qxF ".SS $(echo "$sub" | sed "s/-/\\\\-/g")" trowel.1 || exit 1; done' "$TROWEL"
good "and every method" grep -q 'method smote' trowel.1
good "in ASCII" sh -c '! LC_ALL=C grep -q "[^ -~]" trowel.1'
run man
good "the same each time" cmp trowel.1 .out
if command -v groff >/dev/null; then
    groff -man -Tutf8 -ww trowel.1 >page 2>.err </dev/null
    good "groff has nothing to say" test ! -s .err
    good "the page has its sections" sh -c 'for s in NAME SYNOPSIS SUBCOMMANDS "EXIT STATUS" FILES; do
        grep -q "^.SH $s" trowel.1 || exit 1; done; test "$(wc -l <page)" -gt 300'
else
    skip "no groff" 2
fi
if command -v mandoc >/dev/null; then
    good "nor has mandoc" sh -c 'test -z "$(mandoc -Tlint -W warning trowel.1 | grep -v "missing date\|cannot parse date")"'
else
    skip "no mandoc" 1
fi

for shell in bash zsh fish; do
    run completions $shell
    status 0 "completions $shell"
    cp .out completion.$shell
    good "name diff and its --key" sh -c 'grep -q diff "$0" && grep -q "key" "$0"' completion.$shell
    if command -v $shell >/dev/null; then
        good "$shell can read them" $shell -n completion.$shell
    else
        skip "no $shell" 1
    fi
done
refuses 2 'bash|zsh|fish' "a shell there is none for" completions tcsh

printf '"b,c",id,age of man\n1,2,3\n' >cols.csv
run completions columns cols.csv
out_is 'b,c
id
age of man' "the columns of a file"
refuses 2 'no FILE' "of no file" completions columns

if command -v bash >/dev/null; then
    cat >try.bash <<'BASH'
source ./completion.bash
program=$1
shift
COMP_WORDS=("$program" "$@")
COMP_CWORD=$#
_trowel
printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
BASH
    completes() {
        desc=$1 want=$2
        shift 2
        bash try.bash "$TROWEL" "$@" >.out 2>.err
        got=$(cat .out)
        [ "$got" = "$want " ]
        result $? "$desc"
    }
    completes "a subcommand" "frequency" freq
    completes "several" "sample select slice sniff sort stack synth" s
    completes "a flag" "--delimiter" head --deli
    completes "one of its own" "--fail-on" diff --fa
    completes "a word a flag chooses from" "always auto" head --progress a
    completes "a method" "knn" impute --method kn
    completes "a flag of the method" "--agg" impute --method knn --ag
    completes "not of another one" "" impute --method median --ag
    completes "a column of the file named" "id" diff cols.csv --key i
    completes "behind a comma" 'id,age\ of\ man' select cols.csv id,a
    completes "what help explains" "profile" help prof
else
    skip "no bash" 11
fi

run help knn
out_has 'Gower' "help explains a method"
run help impute knn
out_has 'Gower' "by its family too"
run help constant
out_has '^impute_constant$' "and all that are called so"
out_has '^mask_constant$' "one after the other"
run help hints
out_has 'row of hints' "an option"
run help filter
out_has 'Show only rows' "a command of the workbench"
refuses 2 "did you mean 'knn'" "a word that is near one" help kn
refuses 2 'no help on it' "a word that means nothing" help xyzzy
finish
