#!/bin/sh
# How subcommands are called: flags in any order, help, what a wrong call says and which status it has.
. "${top_srcdir:?}/tests/lib.sh"

printf 'id,city,age\n1,Oslo,40\n2,Bergen,\n3,"Os,lo",25\n' >a.csv
printf '1,2\n3,4\n' >-dash.csv

run --version
status 0 "--version"
out_has '^trowel [0-9]' "names the program"
run help
status 0 "help"
out_has '^  sniff ' "lists the subcommands"
run help sort
out_has '^usage: trowel sort KEYS FILE' "help SUB explains one"
run sort --help
out_has '^usage: trowel sort KEYS FILE' "so does --help"
out_has 'thousands' "with the reading overrides"

refuses 2 "did you mean 'head'" "a misspelt subcommand is told" haed a.csv
refuses 2 'did you mean --threads' "a misspelt flag too" head --treads 2 a.csv
refuses 2 'no FILE is named' "FILE is needed" head
refuses 2 'takes no further word' "a word too many" head a.csv b.csv
refuses 2 'value is missing' "a flag without its value" head a.csv -n
refuses 2 "'n' cannot be 'x'" "a value of the wrong kind" head a.csv -n x
refuses 2 'auto' "a choice that is none" head a.csv --color sometimes
refuses 2 'given twice' "a flag given twice" head a.csv -n 1 -n 2
refuses 2 "no column 'agee'.*age" "a column that is not there, with the nearest" select agee a.csv
refuses 3 'nowhere.csv: No such file' "a file that is not there" head nowhere.csv
refuses 2 'it is the input' "OUT over the input" head a.csv -o a.csv
good "which is left as it was" grep -q 'Bergen' a.csv

run head -n 1 a.csv
cp .out one
run head a.csv -n 1
good "flags and files in any order" cmp .out one
run --json sniff a.csv
status 2 "the subcommand stands first"
run head --json a.csv -n 1
out_has '"rows": \[' "--json gives one document"
run select nope a.csv --json
status 2 "an error has its status with --json as well"
out_has '"code": "unknown-column"' "and is a document on stdout"
out_has '"exit": 2' "with the status inside"
out_has '"column": "nope"' "and the column"
err_has "^trowel: no column 'nope' in a.csv: " "and a message on stderr, which names it once"
run select '/x/' a.csv --json
out_has '"column": "/x/"' "a pattern that fits none is placed too"
run where 'nope > 1' a.csv --json
out_has '"column": "nope"' "and a name in an expression"
run head -n 1 -- -dash.csv
status 0 "-- ends the flags"
run head -n 1 -q a.csv
err_is_empty "--quiet says nothing"

printf '"b,c",b,c\n1,2,3\n' >comma.csv
run select '"b,c"' comma.csv
out_is '"b,c"
1' "a name with a comma is one in quotes"
run select 'b,c' comma.csv
out_is 'b,c
2,3' "without them it is a list"
run sort '-"b,c",b' comma.csv
status 0 "a key with a comma too"
run select "!'b,c'" comma.csv
out_is 'b,c
2,3' "and one that is taken away"

printf 'kept\n' >key
refuses 2 'there are constant' "a method that is not there, with those that are" mask --cols id --method zzz a.csv
refuses 2 'did you mean smote-nc\?' "the nearest as it is typed" augment --target id --method smote a.csv
refuses 2 'depend on --method' "flags of a method without the method" mask --cols id a.csv
refuses 2 'no column is left' "columns that take each other away" select 'id,!id' a.csv
refuses 2 'not written to stdout' "a key on stdout" keygen -
refuses 2 'named twice' "OUT over another file of the call" mask --method redact --cols id --key-file key a.csv -o key
good "which is left as it was" grep -q kept key
refuses 2 'map each once' "two columns for one" run "$samples/customers.lua" a.csv --map id=Name --map age=Name
"$TROWEL" convert a.csv -o own.csv >.out 2>&- <&-
good "closed descriptors do not leak into OUT" sh -c '"$1" convert a.csv -o b.csv && cmp own.csv b.csv' sh "$TROWEL"
refuses 4 'nowhere/r' "a report that cannot be written" convert a.csv -o key --report nowhere/r
good "leaves OUT as it was" grep -q kept key

cat a.csv | "$TROWEL" head -n 1 - >.out 2>.err
rc=$?
status 0 "- is stdin"
good "and reads what is there" cmp .out one
"$TROWEL" head -n 1 a.csv -o - >.out 2>.err
good "-o - is stdout" cmp .out one
run head -n 1 a.csv -o new.csv
good "-o writes a file" cmp new.csv one
"$TROWEL" sample 100000 "$samples/sensors.csv" 2>.err | head -n 1 >.out
good "a reader that goes away is no error" test ! -s .err
run head --in-place -n 1 a.csv
status 0 "--in-place writes over the input"
good "with what stdout would have had" cmp a.csv one

# --- how files are read, said to the workbench
printf 'a;b\n1,5;2\n' >semi.csv
printf 'wait idle\nscreen\n' >look.script
run --headless 50x6 --script look.script semi.csv --header none --type c2=text
out_has '2 rows × 2 columns' "overrides are flags of the workbench too"
refuses 2 "'skip' cannot be 'x'" "with their values" --headless 50x6 --script look.script --skip x semi.csv
refuses 2 'a value is missing behind --delimiter' "which must be there" --headless 50x6 --script look.script semi.csv --delimiter
refuses 2 'unknown flag --delimeter' "and their names" --headless 50x6 --script look.script semi.csv --delimeter ';'
finish
