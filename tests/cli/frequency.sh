#!/bin/sh
# frequency and facet: counts of values, most frequent first, on the command line and on screen.
. "${top_srcdir:?}/tests/lib.sh"

printf 'id,city,smoker\n1,Oslo,yes\n2,Bergen,no\n3,,no\n4,Oslo,yes\n5,Bergen,yes\n6,Oslo,\n7,Bergen,no\n8,Aal,no\n' >a.csv

run frequency city a.csv
out_is 'city,count,share
Bergen,3,0.375
Oslo,3,0.375
Aal,1,0.125
,1,0.125' "most frequent first, ties by value, missing counted and last"
run frequency smoker,city a.csv -n 3
out_is 'smoker,city,count,share
no,Bergen,2,0.25
yes,Oslo,2,0.25
no,Aal,1,0.125' "several columns are combinations; -n cuts, shares stay those of all rows"
run frequency city a.csv --json -n 1 -o f.jsonl
status 0 "into a file"
good "in the format of its suffix" grep -q '"city": *"Bergen", *"count": *3, *"share": *0.375' f.jsonl
run frequency city a.csv --json
out_has '\[null, 1, 0.125\]' "missing is null in JSON"
run freq city a.csv
status 0 "by its alias"
printf 'count,share\n1,2\n1,3\n' >names.csv
run frequency count names.csv
out_is 'count,count_2,share
1,2,1' "a column called count keeps its name"
printf 'n,when\n"1,5",2024-01-02\n"10,25",2024-01-02\n"2,5",2024-01-01\n"2,50",\n' >types.csv
run frequency n --decimal , types.csv
out_has '^"2,50?",2,0.5$' "values are compared, not their spelling"
refuses 2 "no column 'town'" "a column that is not there" frequency town a.csv
refuses 2 "'cols' is missing" "no columns named" frequency a.csv
printf 'a\n' >header.csv
run frequency a header.csv
out_is 'a,count,share' "a table without rows"
"$TROWEL" frequency city a.csv --threads 1 >one
"$TROWEL" frequency city a.csv --threads 4 >four
good "any number of threads" cmp one four
"$TROWEL" frequency diagnosis,sex "$samples/patients.csv" | tail -n +2 | cut -d, -f3 >counts
good "counts descend" sort -c -n -r counts
good "and add up to the rows" test "$(awk '{ n += $1 } END { print n }' counts)" -eq "$("$TROWEL" count "$samples/patients.csv")"

# --- on screen
cat >script <<'LINES'
wait idle
keys <Right>F
wait idle
expect /a-frequency.*4 rows/
expect /Bergen +3/
sort share
undo
undo
expect /8 rows/
facet city
wait idle
expect /city is null/
keys <Down><Enter>
wait idle
expect /3 of 8 rows/
expect /where city == 'Oslo'/
frequency city
wait idle
expect /of the 3 rows in view/
keys qq
unfilter
wait idle
frequency city
wait idle
try recipe
expect /which is no step/
save! f.csv --view
keys q
expect /back in a; a-frequency-2 stays/
LINES
run --headless 100x20 --script script a.csv
status 0 "F makes a dataset, facet a list to filter by, q leads back"
run frequency city a.csv -o g.csv
cut -d, -f1,2 f.csv >shown
cut -d, -f1,2 g.csv >written
good "the dataset is what the command line writes" cmp shown written
good "but for shares, which have four decimals there" sh -c 'tail -n +2 f.csv | grep -qv ",0\.[0-9]\{4\}$"; test $? -eq 1'
finish
