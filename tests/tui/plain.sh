#!/bin/sh
# Line mode: the same commands, answered in words; questions are asked and nothing is painted.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
cp "$samples/patients.csv" p.csv
# plain FORMAT: these lines are typed
plain() {
    # shellcheck disable=SC2059
    printf "$1" >.in
    "$TROWEL" --plain p.csv <.in >.out 2>.err
    rc=$?
}
plain 'count\n:sort -age\nnosuch\nplot bar(sex)\nfilter age > 90\n'
status 0 "the end of input leaves"
out_has '5018' "a result"
out_has '^error: nosuch: there is no such command' "a mistake"
out_has '█' "a chart"
out_has '104 of 5,018 rows' "a message"
plain 'rows 2\nrow\n'
out_has '^  1  P00001 +Eva Costa' "rows"
out_has '^patient_id +text +P00001' "one row"
plain 'edit changed\nsave\nn\nquit\nn\nsave\ny\nquit\n'
out_has 'Save p to p.csv\?.*\[y/n\]' "saving asks"
out_has 'Quit without saving' "leaving unsaved work asks"
good "what was confirmed was saved" grep -q '^changed,' p.csv
good "no escape sequences" test "$(tr -d '[:print:][:space:]\200-\377' <.out | wc -c)" -eq 0
finish
