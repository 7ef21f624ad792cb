#!/bin/sh
# Reading and converting: what sniff says, what convert writes, overrides of every guess.
. "${top_srcdir:?}/tests/lib.sh"

printf 'id;when;price\n1;31.01.2024;1.234,50\n2;01.02.2024;7,25\n3;05.02.2024;NA\n' >a.csv

run sniff a.csv --json
status 0 "sniff"
out_has '"delimiter": ";"' "tells the delimiter"
out_has '"decimal": ","' "the decimal mark"
out_has '"type": "date"' "the types"
out_has '"decisions"' "and why"
run sniff a.csv
out_has 'delimiter +;' "as text too"
run sniff a.csv --delimiter , --json
out_has '"delimiter": ","' "an override switches a guess off"
run sniff a.csv --type id=text --json
good "types are given" grep -A2 '"name": "id"' .out
out_has '"type": "text"' "column by column"
refuses 2 'nope' "an override for a column that is not there" sniff a.csv --type nope=text
run sniff a.csv
out_has '^encoding +- +utf-8' "the encoding is a decision with its evidence"
out_has '^type +price +float .* 2 of 2 filled cells' "so is each type"
out_has '^null_tokens +price +NA .* 1 cell' "and each token that means missing"
printf 'id,when\n1,03/04/2024\n2,05/06/2024\n3,01/02/2024\n' >m.csv
run sniff m.csv
out_has "^date_order +when +%d/%m/%Y .*%m/%d/%Y +1 .*COL=date:%m/%d/%Y" "an open order of day and month is said"
run convert m.csv --type 'when=date:%m/%d/%Y' --normalize
out_has '^1,2024-03-04' "and a pattern given with the type settles it"
refuses 2 'no pattern for date' "a pattern that is none" sniff m.csv --type 'when=date:%Q'
refuses 2 'no pattern for integer' "a pattern where there can be none" sniff m.csv --type 'id=integer:%Y'
printf 'id,when\n1,03/04/2024\n2,25/06/2024\n3,01/02/2024\n' >m.csv
run sniff m.csv
out_has "^date_order +when +%d/%m/%Y .* 1 dates? can be read no other way" "a day above 12 proves the order"
refuses 2 'whole number|no number|cannot be' "an override that is no number" sniff a.csv --skip many
refuses 2 "'x' in a.csv: .*; give '.' or ','" "a decimal mark that is none" head a.csv --decimal x
refuses 2 'no number is read with it' "a thousands mark that is none" head a.csv --thousands _
refuses 2 'decimal mark too' "one mark for both" head a.csv --thousands . --decimal .
refuses 2 'only 4 records' "more header rows than records" head a.csv --header 99
refuses 2 'only 4 records' "more rows to skip than there are" head a.csv --skip 5
run sniff a.csv --thousands . --json
out_has '"decimal": ","' "a thousands mark takes the other one for decimals"
refuses 2 "no such format; csv, tsv" "a format nobody knows" head a.csv --format cvs
refuses 2 'give a number' "a table by name in a text" head a.csv --table first
printf 'x y\tz\n1 2\t3\n4 5\t6\n' >blanks.txt
run select 2 blanks.txt --format tsv
out_has '^z$' "--format tsv names the delimiter"
run head a.csv --format tsv --delimiter ';'
out_has '^id;when' "which --delimiter settles"
printf '{"a": 1, "b": "x"}\n{"b": "y", "a": 2}\n' >lines.txt
run select b lines.txt --format jsonl
out_is 'b
x
y' "--format jsonl reads objects, whatever the file is called"
run head lines.txt --format csv
out_has '^\{"a": 1' "--format csv does not"

run convert a.csv
out_is 'id,when,price
1,31.01.2024,"1.234,50"
2,01.02.2024,"7,25"
3,05.02.2024,NA' "convert writes RFC 4180 and leaves cells alone"
run convert a.csv -o b.jsonl
status 0 "the suffix chooses the format"
good "JSON Lines" grep -q '"id": 1,' b.jsonl
run convert a.csv -o c.tsv
good "TSV" grep -q "$(printf '1\t31.01.2024')" c.tsv
run convert a.csv -o d.csv.gz
good "packed" sh -c 'gzip -dc d.csv.gz | grep -q 31.01.2024'
run count d.csv.gz
out_is 3 "which is read back"
run convert a.csv --normalize
out_has '^1,2024-01-31,1234.5' "--normalize writes plain forms"
printf '1,2\n3,4\n' >n.csv
run convert n.csv --header none --names
out_has '^c1,c2$' "--names names columns"
refuses 2 'it is the input' "never over the input" convert a.csv -o a.csv
printf 'b,a,b,b_2\n1,2,3,4\n' >twice.csv
run convert twice.csv -o twice.jsonl
good "names that come again are numbered in JSON" grep -qx '{"b": 1, "a": 2, "b_3": 3, "b_2": 4}' twice.jsonl
err_has "1 column was renamed because names must differ there: 'b' is now 'b_3'" "and a note says so"
printf 'a,b\n1,2\n3\n4,5,6\n' >ragged.csv
run convert ragged.csv --report report.jsonl
status 0 "ragged rows are read"
good "and reported" grep -q '"kind"' report.jsonl
err_has 'ragged.csv: ' "and counted on stderr"

printf 'a,b\n1,2\n3,4\n\n\nx,y,z\n1,2,3\n4,5,6\n7,8,9\n' >two.csv
run convert two.csv --table 1
out_has '^a,b$' "tables count from 1"
run convert two.csv --table 2
out_has '^x,y,z$' "the second is 2"
run convert two.csv --table 3
status 2 "and there is no third"

printf '\377\376\000\000a\000\000\000' >wide.csv
refuses 3 'iconv' "UTF-32 is not taken for UTF-16" head wide.csv
refuses 2 'iconv' "nor read when it is named" head --encoding utf-32 wide.csv
refuses 2 "^trowel: -z: " "a letter that is no flag is shown as it was typed" head -z wide.csv

finish
