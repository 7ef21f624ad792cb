#!/bin/sh
# transpose: rows and columns exchanged, on the command line and on screen.
. "${top_srcdir:?}/tests/lib.sh"

printf 'id;a;note\r\n1;"1,50";"x, ""y"""\r\n2;NA;\r\n' >a.csv
run transpose a.csv
out_is 'column,1,2
id,1,2
a,"1,50",NA
note,"x, ""y""",' "a row for each column; texts stay, null tokens too"
run transpose a.csv --json
out_has '\["a", "1,50", null\]' "text where columns differ, null where a cell is missing"
printf 'a,b\n1,2.50\n3,4\n' >n.csv
run transpose n.csv --json
out_has '\["b", 2.5, 4' "numbers where all are"
run transpose n.csv -o t.csv
run transpose t.csv --header 1
out_is 'column,1,2
column,a,b
1,1,2.50
2,3,4' "there and back"
run transpose a.csv -o t.jsonl
good "into a file, by its suffix" grep -q '"column": *"note"' t.jsonl
"$TROWEL" transpose - <n.csv >.out 2>.err
out_has '^b,2.50,4$' "- is stdin"
printf 'a,b\n' >header.csv
run transpose header.csv
out_is 'column
a
b' "no rows"
: >empty.csv
run transpose empty.csv
status 0 "an empty file"
printf 'a\n' >long.csv
seq 16385 >>long.csv
refuses 3 "16,385 rows.*'head'" "too many rows, with what to do" transpose long.csv -o new.csv
good "and nothing written" test ! -e new.csv
head -n 16385 long.csv >most.csv
run transpose most.csv -o wide.csv
good "as many as may be" sh -c 'test "$(head -n 1 wide.csv | tr , "\n" | wc -l)" -eq 16385'
run transpose wide.csv --header 1
good "and a file of so many columns" sh -c 'test "$(sed -n 16386p .out)" = 16384,16384'

cat >script <<'LINES'
transpose
wait idle
expect /n-transpose.*2 rows × 3 columns/
sort -1
wait idle
expect /b +2.50 +4/
keys q
expect /2 rows × 2 columns/
use n-transpose
save! saved.csv
LINES
run --headless 80x12 --script script n.csv
status 0 "on screen a new dataset; q leads back"
run transpose n.csv
good "that can be saved" cmp saved.csv .out
finish
