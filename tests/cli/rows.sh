#!/bin/sh
# Cutting files: rows and columns chosen, their bytes unchanged.
. "${top_srcdir:?}/tests/lib.sh"

printf 'id;city;age\r\n1;"Os;lo";40\r\n2;Bergen;\r\n3;Oslo;"25"\r\n4;"say ""x""";61\r\n' >a.csv
header='id;city;age'

run count a.csv
out_is 4 "count counts data rows"
run head -n 2 a.csv
printf 'id;city;age\r\n1;"Os;lo";40\r\n2;Bergen;\r\n' >want
good "head keeps bytes, quotes and line ends" cmp .out want
run tail -n 1 a.csv
printf 'id;city;age\r\n4;"say ""x""";61\r\n' >want
good "tail" cmp .out want
run slice 2:3 a.csv
printf 'id;city;age\r\n2;Bergen;\r\n3;Oslo;"25"\r\n' >want
good "slice counts from 1, both ends included" cmp .out want
run slice 3: a.csv
good "an open end goes to the last row" test "$(wc -l <.out)" -eq 3
run slice 9:12 a.csv
status 0 "rows beyond the end are none"
good "so the header stands alone" test "$(wc -l <.out)" -eq 1
refuses 2 'no range' "a slice that is none" slice x a.csv
refuses 2 'count from 1; write 1:2' "rows do not count from 0" slice 0:2 a.csv
refuses 2 'ends before it begins' "nor backwards" slice 2:1 a.csv
run head -n 0 a.csv
good "head -n 0 is the header" test "$(wc -l <.out)" -eq 1

run sample 2 a.csv
cp .out first
run sample 2 a.csv
good "a sample is the same for the same seed" cmp .out first
good "and has as many rows as asked" test "$(wc -l <.out)" -eq 3
run sample 99 a.csv
good "never more than there are" cmp .out a.csv

run select age,id a.csv
status 0 "select"
good "keeps columns in the order named" test "$(head -n 2 .out | tr -d '\r' | paste -sd' ')" = "age;id 40;1"
run select '!city' a.csv
good "! takes away" test "$(head -n 1 .out | tr -d '\r')" = "id;age"
run select 2-3 a.csv
good "by number" test "$(head -n 1 .out | tr -d '\r')" = "city;age"
run select '/^c/' a.csv
good "by pattern" test "$(head -n 1 .out | tr -d '\r')" = "city"

run where 'age > 30' a.csv
printf 'id;city;age\r\n1;"Os;lo";40\r\n4;"say ""x""";61\r\n' >want
good "where keeps records as they are" cmp .out want
run where 'age is null' a.csv
good "missing is neither true nor false" test "$(wc -l <.out)" -eq 2
refuses 2 'expression' "an expression that does not parse" where 'age >' a.csv
refuses 2 'agee.*age' "a column it does not have" where 'agee > 1' a.csv
refuses 2 'text' "types are never guessed across" where "age > '3'" a.csv

run sort -age a.csv
good "sort descending, missing last" test "$(cut -d';' -f1 .out | paste -sd' ')" = "id 4 1 3 2"
run sort city,-id a.csv
status 0 "two keys"
refuses 2 'agee' "a key that is not there" sort agee a.csv
run select ':integer' a.csv
good "by type: cells are passed on as they stand, but types are known" test "$(head -n 1 .out | tr -d '\r')" = "id;age"
run tail -n 1 -o typed.jsonl a.csv
good "where the output has types, too" grep -qF '"id": 4, "city": "say \"x\"", "age": 61' typed.jsonl
run sort age --json a.csv
out_has '"Oslo"' "--json gives the rows as a document"
good "the header is the file's own" test "$header" = "$(head -n 1 a.csv | tr -d '\r')"

finish
