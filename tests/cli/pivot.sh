#!/bin/sh
# pivot: a row for each value of one column, a column for each value of another.
. "${top_srcdir:?}/tests/lib.sh"

cat >a.csv <<'DATA'
city,year,sex,income
Oslo,2020,f,10
Oslo,2021,m,20
Bergen,2020,f,30.5
Oslo,2020,m,
,2021,f,5
Bergen,,f,1
Oslo,2020,f,12
DATA

run pivot city year 'mean(income)' a.csv
out_is 'city,2020,2021,missing
Bergen,30.5,,1
Oslo,11,20,
,,5,' "rows and columns in order, missing last; what does not occur is missing"
run pivot city year 'count()' a.csv
out_is 'city,2020,2021,missing
Bergen,1,0,1
Oslo,3,1,0
,0,1,0' "but a count is 0"
run pivot city,sex year 'n = count(income)' a.csv
out_is 'city,sex,n_2020,n_2021,n_missing
Bergen,f,1,0,1
Oslo,f,2,0,0
Oslo,m,0,1,0
,f,0,1,0' "several columns make the rows; a name stands before those of the columns"
run pivot '' sex 'sum(income) / count()' a.csv
out_is 'f,m
11.7,10' "no columns for rows: one of all"
run pivot year city 'upper(city) .. max(sex)' a.csv
out_is 'year,Bergen,Oslo,missing
2020,BERGENf,OSLOm,
2021,,OSLOm,
,BERGENf,,' "keys may stand around aggregates"
printf 'k,v,w\nx,k,1\nx,missing,2\ny,,3\ny,k_2,4\n' >names.csv
run pivot k v 'sum(w)' names.csv
out_is 'k,k_3,k_2,missing,missing_2
x,1,,2,
y,,4,,3' "a value that is called as a column gets a number"
run pivot city year 'mean(income)' a.csv --json
out_has '\["Bergen", 30.5, null, 1\]' "missing is null in JSON"
run pivot city year 'mean(income)' a.csv -o p.jsonl
good "into a file by its suffix" grep -q '"2021": *20' p.jsonl
printf 'k,v,w\n' >header.csv
run pivot k v 'count()' header.csv
out_is 'k' "no rows, no columns"

refuses 2 'one aggregate' "two aggregates" pivot city year 'count(), max(sex)' a.csv
refuses 2 'in one place only' "a column in two places" pivot city,year year 'count()' a.csv
refuses 2 'are 2 columns' "two columns to spread" pivot city '/^(year|sex)$/' 'count()' a.csv
refuses 2 "'aggregate' is missing" "no aggregate" pivot city year a.csv
awk 'BEGIN { print "k,v"; for (i = 0; i < 10001; i++) print i % 3 "," i }' >wide.csv
refuses 3 'choose another one, round its values' "too many columns" pivot k v 'count()' wide.csv
head -n 10001 wide.csv >limit.csv
"$TROWEL" pivot k v 'count()' limit.csv | awk -F, 'NR == 1 { print NF }' >width
good "as many as may be" grep -qx 10001 width

for threads in 1 4; do
    "$TROWEL" pivot diagnosis city 'median(glucose)' "$samples/patients.csv" --threads $threads >$threads
done
good "any number of threads" cmp 1 4

# --- on screen
cat >script <<'LINES'
wait idle
pivot city year sum(income) / count()
wait idle
expect /a-pivot.*3 rows/
expect /Bergen +30.5/
save! f.csv --view
keys q
expect /back in a; a-pivot stays/
pivot sex city "max(year)"
wait idle
expect /a-pivot-2.*2 rows/
LINES
run --headless 100x20 --script script a.csv
status 0 "a dataset of its own; the rest of the line is the aggregate"
run pivot city year 'sum(income) / count()' a.csv -o g.csv
good "the dataset is what the command line writes" cmp f.csv g.csv
finish
