#!/bin/sh
# diff: rows added, removed, changed between two files, whatever their dialects; on screen what edits did.
. "${top_srcdir:?}/tests/lib.sh"

printf 'id,name,x,old\n1,Ann,1.0,q\n2,Bob,2.5,q\n3,Cy,,q\n4,Di,NA,w\n' >a.csv
printf 'name;id;x;new\r\nAnn;1;1;z\r\nBobby;2;2.50;z\r\nDi;4;7;z\r\nEve;5;8;z\r\n' >b.csv

run diff a.csv b.csv --key id
status 0 "differences are no failure by themselves"
out_is 'rows: 1 same, 2 changed, 1 added, 1 removed
cells changed: name 1, x 1
columns added: new
columns removed: old

~ row 2  id=2  name: Bob -> Bobby
- row 3  id=3  name: Cy; x: (missing); old: q
~ row 4 -> 3  id=4  x: (missing) -> 7
+ row 4  id=5  name: Eve; x: 8; new: z' "by key, across dialects"
run diff a.csv b.csv --key id --text
out_has '^~ row 1  id=1  x: 1.0 -> 1$' "--text compares what is written"
run diff a.csv b.csv -k id --fail-on difference -q
status 1 "--fail-on difference"
run diff a.csv a.csv --fail-on difference
status 0 "which equal files have none of"
out_is 'rows: 4 same, 0 changed, 0 added, 0 removed' "and say so"
run diff a.csv b.csv --key id --json
out_has '"added": \["new"\]' "--json names columns"
if command -v python3 >/dev/null; then
    good "and rows with their cells" python3 -c '
import json
d = json.load(open(".out"))
assert d["rows"] == {"a": 4, "b": 4, "same": 1, "changed": 2, "added": 1, "removed": 1}
assert d["differences"][0] == {"kind": "changed", "row_a": 1, "row_b": 1, "key": {"id": 2},
                               "cells": [{"column": "name", "a": "Bob", "b": "Bobby"}]}
assert d["differences"][3]["row_a"] is None and d["listed"] == 4'
else
    skip "no python3" 1
fi
run diff a.csv b.csv --key id --changes all.jsonl -n 1
out_has '^and 3 more' "-n lists fewer"
good "--changes writes all, a line each" test "$(wc -l <all.jsonl)" -eq 4
run diff a.csv b.csv
out_has '^~ row 3  id: 3 -> 4; name: Cy -> Di; x: \(missing\) -> 7$' "without a key by place"

refuses 2 "no column 'nme' in a.csv.*name" "a key that is not there, with the nearest" diff a.csv b.csv --key nme
refuses 2 "no column 'old' in b.csv" "or not in the other" diff a.csv b.csv --key old
printf 'id,v\n7,a\n8,b\n7,c\n' >twice.csv
refuses 3 'twice.csv: id = 7 stands in row 1 and in row 3' "a key that stands twice" diff a.csv twice.csv --key id
run diff a.csv twice.csv --key id,v
status 2 "each column of a key"
refuses 2 'the other table is missing' "one file" diff a.csv
refuses 3 'none.csv' "a file that is not there" diff a.csv none.csv
refuses 2 'input' "OUT over an input" diff a.csv b.csv --changes b.csv
: >empty.csv
run diff a.csv empty.csv --key id
status 2 "an empty file has no key"

"$TROWEL" sort -name "$samples/patients.csv" >shuffled.csv
run diff "$samples/patients.csv" shuffled.csv --key patient_id
status 3 "patients come more than once"
"$TROWEL" sort -time,station "$samples/sensors.csv" >shuffled.csv
run diff "$samples/sensors.csv" shuffled.csv --key time,station --fail-on difference
status 0 "another order is no difference by key"
for threads in 1 4; do
    "$TROWEL" diff "$samples/sensors.csv" shuffled.csv --threads $threads --json >json.$threads
done
good "any number of threads" cmp json.1 json.4

printf 'id,t\n1,"a\nb"\n' >one.csv
printf 'id,t\n1,"\033[31mred\000"\n' >two.csv
run diff one.csv two.csv --key id
out_has '^~ row 1  id=1  t: a b ->  \[31mred ?$' "a difference is one line, without what a terminal obeys"
good "not even an escape" sh -c '! grep -q "$(printf "\033")" .out'

# --- on screen
cat >script <<'LINES'
wait idle
try diff
expect /has not been changed/
where id != 2
edit Anna
wait idle
diff
wait idle
expect /2 same, 1 changed, 0 added, 1 removed/
expect /~ row 1 +id: 1 -> Anna|name: Ann -> Anna/
close
diff b.csv --key name
wait idle
expect /columns added: new/
LINES
sed -i 's/^edit Anna/goto 1 name\nedit Anna/' script
run --headless 100x20 --script script a.csv
status 0 "against what the data were, and against a file"
finish
