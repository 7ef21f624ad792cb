#!/bin/sh
# stack: files end to end, each read as it is written, columns matched by name.
. "${top_srcdir:?}/tests/lib.sh"

printf 'id,city\r\n1,Oslo\r\n2,"Ber,gen"\r\n' >a.csv
printf 'age;id;city\n"3,5";7;NA\n4;8;x"y\n' >b.csv
printf '{"id": 4, "note": "hi"}\n{"id": 5, "more": true}\n' >c.jsonl
printf '1,2\n3,4\n' >bare.csv
: >empty.csv

run stack a.csv b.csv c.jsonl
out_is 'id,city,age,note,more
1,Oslo,,,
2,"Ber,gen",,,
7,NA,"3,5",,
8,"x""y",4,,
4,,,hi,
5,,,,true' "the first file's columns, then what others add; each in its own dialect"
run stack b.csv a.csv --source file
out_is 'file,age,id,city
b.csv,"3,5",7,NA
b.csv,4,8,"x""y"
a.csv,,1,Oslo
a.csv,,2,"Ber,gen"' "--source says where a row comes from"
run stack bare.csv bare.csv
out_is '1,2
3,4
1,2
3,4' "files without headers give none"
run stack bare.csv a.csv
out_has '^c1,c2,id,city$' "unless one has names"
run stack empty.csv a.csv empty.csv
out_is 'id,city
1,Oslo
2,"Ber,gen"' "an empty file adds nothing"
"$TROWEL" stack - b.csv <a.csv >.out 2>.err
out_has '^7,NA,"3,5"$' "- is stdin"
run stack a.csv b.csv --json
out_has '\[7, null, 3.5\]' "--json has values, null where a cell is missing"
run stack a.csv b.csv -o out.jsonl --json
out_has '"rows": 4' "into a file, by its suffix"
good "with a null for a column the file lacks" grep -q '"city": "Oslo", "age": null' out.jsonl
good "and JSON Lines is what it holds" test "$(wc -l <out.jsonl)" -eq 4
run stack a.csv b.csv -o out.tsv.gz
good "packed too" sh -c 'gzip -dc out.tsv.gz | grep -q "^1.Oslo.$"'
printf 'a,b\n1,2,3\n4,5\n6\n' >ragged.csv
run stack ragged.csv a.csv
err_has '^trowel: ragged.csv: ' "what was repaired is said"

run stack a.csv b.csv --type age=text --role id=id --json
out_has '"3,5"' "a type is for the files that have its column"
run stack bare.csv b.csv --type 3=text --type 1=text --json
out_has '"3,5"' "a number is for those that are so wide"
refuses 2 'no file has that column' "unless none has it" stack a.csv b.csv --type ages=text
refuses 2 'no type is called so' "and a type there must be" stack a.csv b.csv --type age=txt

refuses 2 'is an input' "OUT over an input" stack a.csv b.csv -o ./b.csv
good "which is left as it was" grep -q '^age;id' b.csv
refuses 2 "'files' is missing" "no files" stack
refuses 2 'column of that name' "a source column that is there" stack a.csv b.csv --source city
refuses 3 'none.csv' "a file that is not there" stack a.csv none.csv -o new.csv
good "and nothing written" test ! -e new.csv

"$TROWEL" stack "$samples/patients.csv" "$samples/patients.csv" >twice.csv
{ cat "$samples/patients.csv"; tail -n +2 "$samples/patients.csv"; } >want.csv
good "equal files are the lines of both" cmp twice.csv want.csv
for threads in 1 4; do
    "$TROWEL" stack a.csv "$samples/patients.csv" b.csv --threads $threads --json >json.$threads
done
good "any number of threads" cmp json.1 json.4

# --- on screen
cat >script <<'LINES'
stack a.csv b.csv --source file
wait idle
expect /stack.*4 rows/
undo
expect /No dataset is open|undone/
redo
edit x
stack stack a.csv
wait idle
expect /stack-2.*6 rows/
save! all.csv
LINES
run --headless 100x20 --script script
status 0 "a new dataset, undone and done again, of files and datasets"
printf 'file,id,city,age\nx,1,Oslo,\na.csv,2,"Ber,gen",\nb.csv,7,,"3,5"\nb.csv,8,"x""y",4\n,1,Oslo,\n,2,"Ber,gen",\n' >want.csv
good "that can be saved" cmp all.csv want.csv
finish
