#!/bin/sh
# melt: columns into rows, on the command line and on screen.
. "${top_srcdir:?}/tests/lib.sh"

# the table of tidyr's vignette "Pivoting" (relig_income), its first rows and columns
printf 'religion,<$10k,$10-20k,"$20-30k"\nAgnostic,27,34,60\nAtheist,12,27,37\n' >income.csv
run melt '!religion' income.csv --name income --value count
out_is 'religion,income,count
Agnostic,<$10k,27
Agnostic,$10-20k,34
Agnostic,$20-30k,60
Atheist,<$10k,12
Atheist,$10-20k,27
Atheist,$20-30k,37' "rows of a record together, as pivot_longer has them"

printf 'id;a;b;note\r\n1;"1,50";NA;"x, ""y"""\r\n2;;2;\r\n' >a.csv
run melt a,b a.csv
out_is 'id,note,variable,value
1,"x, ""y""",a,"1,50"
1,"x, ""y""",b,NA
2,,a,
2,,b,2' "texts stay, null tokens too; RFC 4180 whatever the file"
run melt b,a a.csv
out_has '^1,"x, ""y""",b,NA$' "in the order named"
run melt :float,b a.csv --json
out_has '\[1, "x, \\"y\\"", "a", 1.5\]' "--json has values"
out_has '\[1, "x, \\"y\\"", "b", null\]' "and null where a cell is missing"
run melt 2-3 a.csv -o out.jsonl
good "into a file, by its suffix" grep -q '"variable": *"b", *"value": *null' out.jsonl
run melt '/^[ab]$/' a.csv -o out.tsv.gz
good "packed too" sh -c 'gzip -dc out.tsv.gz | grep -q "^2.*b.2$"'
"$TROWEL" melt a,b - <a.csv >.out 2>.err
out_has '^2,,b,2$' "- is stdin"
run melt id,a,b,note a.csv
out_has '^note,"x, ""y"""$' "all columns may melt"
printf 'a,b\n' >header.csv
run melt b header.csv
out_is 'a,variable,value' "no rows"
printf '1,2\n3,4\n' >bare.csv
run melt 2 bare.csv
out_is 'c1,variable,value
1,c2,2
3,c2,4' "a file without header"
printf 'a,a\n1,2\n' >same.csv
run melt 1-2 same.csv
out_is 'variable,value
a,1
a,2' "names that are equal"

refuses 2 'nope' "a column that is not there" melt nope a.csv
refuses 2 'no column is left' "nothing to melt" melt '!/./' a.csv
refuses 2 'choose a name with --name' "a name that is taken" melt a,b a.csv --name id
refuses 2 'choose a name with --name' "one name for both" melt a,b a.csv --value variable
refuses 2 'is the input' "OUT over the input" melt a,b a.csv -o ./a.csv
good "which is left as it was" grep -q '^id;a;b' a.csv

"$TROWEL" melt age,height_cm,weight_kg "$samples/patients.csv" >long.csv
good "as many rows as cells" test "$(wc -l <long.csv)" -eq $((5018 * 3 + 1))
for threads in 1 4; do
    "$TROWEL" melt age,bmi "$samples/patients.csv" --threads $threads --json >json.$threads
done
good "any number of threads" cmp json.1 json.4

# --- on screen
cat >script <<'LINES'
melt a,b --name k
wait idle
expect /a-melt.*4 rows × 4 columns/
sort value
wait idle
expect /1,50\n.* 2\n.* NA\n/
undo 2
expect /2 rows × 4 columns/
redo 2
expect /a-melt.*sorted by value/
goto 1 value
edit 9
wait idle
save! saved.csv
keys q
expect /2 rows × 4 columns/
lua trowel.cmd.melt { cols = "a" }
wait idle
expect /a-melt-2.*2 rows/
LINES
run --headless 80x12 --script script a.csv
status 0 "a new dataset, sorted as numbers, undone and done again; q leads back; from Lua"
good "saved with what was edited and the rest as it was" grep -q '^1,"x, ""y""",b,NA$' saved.csv
good "which is the cell on top" grep -q '^1,.*,a,9$' saved.csv
finish
