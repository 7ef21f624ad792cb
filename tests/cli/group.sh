#!/bin/sh
# group: a row for each combination of keys with what its rows come to, on the command line and on
# screen; the figures are pandas' and DuckDB's.
. "${top_srcdir:?}/tests/lib.sh"

cat >a.csv <<'DATA'
id,city,smoker,age,when,weight
1,Oslo,yes,40,2024-01-31,71.5
2,Bergen,no,,2023-12-01,80.25
3,,no,31,,66
4,Oslo,yes,20,2024-02-29,
5,Bergen,yes,55,2022-01-01,90.1
6,Oslo,,33,2024-02-01,x
DATA

run group city 'count()' 'mean(age)' 'oldest = max(age)' a.csv
out_is 'city,count(),mean(age),oldest
Bergen,2,55,55
Oslo,3,31,40
,1,31,31' "a row for each value in order, missing last; missing cells take no part"
run group smoker,city 'n = count(*)' 'sum(age) / n_distinct(id)' a.csv
out_is 'smoker,city,n,sum(age) / n_distinct(id)
no,Bergen,1,
no,,1,31
yes,Bergen,1,55
yes,Oslo,2,30
,Oslo,1,33' "several keys are combinations; expressions go around aggregates"
run group '' 'count(), sum(age) as total, median(when), max(city)' a.csv
out_is 'count(),total,median(when),max(city)
6,179,2024-01-31,Oslo' "no keys: one row; dates stay dates"
run group '/^c/' 'sum(weight * 2)' 'first(when)' a.csv
out_is 'city,sum(weight * 2),first(when)
Bergen,340.7,2023-12-01
Oslo,143,2024-01-31
,132,' "keys by a pattern; unreadable cells are missing"
run group city 'mean(age)' a.csv --json
out_has '\[null, 31\]' "missing is null in JSON"
out_has '"columns": \["city", "mean\(age\)"\]' "columns by their names"
run group city 'total = sum(age)' a.csv -o b.jsonl --json
out_has '"rows": 3' "into a file"
good "in the format of its suffix" grep -q '"city": *"Bergen", *"total": *55' b.jsonl
run group city 'mean(age)' 'mean(age)' 'city' a.csv
out_has '^city,mean\(age\),mean\(age\)_2,city_2$' "a name that comes again gets a number"
"$TROWEL" group city 'total' = 'sum(age)' a.csv >.out
out_has '^city,total$' "a line that blanks have cut is put together"
printf 'k;v\na;1,5\na;2\n' >comma.csv
run group k 'mean(v)' 'max(v)' comma.csv
out_is 'k,mean(v),max(v)
a,"1,75",2' "numbers are written with the file's decimal mark"

printf 'a,b\n' >header.csv
run group a 'count()' 'sum(b)' header.csv --type b=integer
out_is 'a,count(),sum(b)' "no rows, no groups"
run group '' 'count()' 'max(b)' header.csv
out_is 'count(),max(b)
0,' "but the whole table is one"
: >empty.csv
run group '' 'count()' empty.csv
out_is 'count()
0' "an empty file too"
printf 'n,d,z\n9223372036854775807,1,0\n1,2,1\n' >large.csv
run group '' 'sum(n)' 'sum(d / z)' large.csv --type n=integer
err_has 'warning: group: 1 cell became missing: division by zero' "a division by zero is said"
err_has 'warning: group: 1 cell became missing: the result is too large' "and a sum beyond 64 bits"

refuses 2 "no column 'town'" "a key that is not there" group town 'count()' a.csv
refuses 2 "did you mean mean" "an aggregate that does not exist" group city 'meen(age)' a.csv
refuses 2 'first\(age\)' "a column of many values" group city 'age + mean(age)' a.csv
refuses 2 'another name' "a name that a key has" group city 'city = count()' a.csv
refuses 2 "'aggregates' is missing" "no aggregate" group city a.csv
refuses 2 'group or pivot' "an aggregate among rows" where 'mean(age) > 3' a.csv

for threads in 1 4; do
    "$TROWEL" group diagnosis,sex 'mean(age)' 'sd(bmi)' 'median(glucose)' 'mode(city)' \
        "$samples/patients.csv" --threads $threads >group.$threads
done
good "any number of threads" cmp group.1 group.4
tail -n +2 group.1 | cut -d, -f1,2 | grep -v '^,\|,$' >keys
good "keys are in order" sort -c keys

# --- on screen
cat >script <<'LINES'
wait idle
group city count() "mean(age)"
wait idle
expect /a-group.*3 rows/
expect /Bergen +2 +55/
try recipe
save! f.csv --view
keys q
expect /back in a; a-group stays/
group smoker total = sum(age)
wait idle
expect /a-group-2.*3 rows/
expect /yes +115/
LINES
run --headless 100x20 --script script a.csv
status 0 "a dataset of its own, q leads back"
printf '%s\n' 'wait idle' 'lua trowel.cmd.group { cols = { "city", "smoker" }, aggregates = { "n = count()" } }' \
    'wait idle' 'expect /Oslo +yes +2/' 'save! lua.csv --view' >script
run --headless 100x20 --script script a.csv
status 0 "from Lua"
run group city 'count()' 'mean(age)' a.csv -o g.csv
good "the dataset is what the command line writes" cmp f.csv g.csv
finish
