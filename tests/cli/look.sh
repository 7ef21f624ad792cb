#!/bin/sh
# Looking: profile, findings, outliers, compare, plot; their figures, files and statuses.
. "${top_srcdir:?}/tests/lib.sh"

{
    echo 'id,city,age'
    i=1
    while [ "$i" -le 60 ]; do
        echo "$i,$([ $((i % 2)) -eq 0 ] && echo Oslo || echo Bergen),$((20 + i % 40))"
        i=$((i + 1))
    done
    echo '61,Olso,230'
    echo '62, Oslo,-'
} >a.csv

run profile a.csv --json
status 0 "profile"
for field in '"rows": 62' '"columns"' '"missing"' '"quantiles"' '"findings"' '"seconds"' '"bytes"'; do
    out_has "$field" "has $field"
done
run profile "$samples/patients.csv"
out_has '^birth_date +age +pearson +-0.999' "as text the strongest associations come first"
out_has '^[0-9]+ weaker pairs are left out$' "and are not all listed"
run profile a.csv --columns-only
out_has '^age +' "as text: a line for each column"
good "without findings" sh -c '! grep -q findings .out'

run findings a.csv --json --cells cells.jsonl --rows rows.jsonl
status 0 "findings"
out_has '"severity"' "ranked, with evidence"
good "each flagged cell a line" grep -q '"column":"city"' cells.jsonl
good "rows count from 0" grep -q '"row":61' cells.jsonl
good "and each row with its findings" grep -q '"findings"' rows.jsonl
run findings a.csv
out_has 'fix: r:' "as text with the line that mends it"
run findings a.csv --fail-on unusual
status 1 "--fail-on gives 1"
printf 'a\n1\n2\n3\n' >clean.csv
run findings clean.csv --fail-on error
status 0 "and 0 where nothing is found"
refuses 2 'it is the input' "never over the input" findings a.csv --cells a.csv

run outliers a.csv --cols age
status 0 "outliers"
good "a line for each row" test "$(wc -l <.out)" -eq 63
good "with score and reason" test "$(head -n 1 .out)" = score,because
run outliers a.csv --cols age --scores scores.csv
good "into a file too" test "$(wc -l <scores.csv)" -eq 63
good "row 61 is far out" sh -c 'sed -n 62p scores.csv | grep -q "age = 230"'
refuses 2 'method|no ' "a method that is none" outliers a.csv --method magic

run compare a.csv a.csv --json
out_has '"overall": 1' "a table compared with itself"
run compare a.csv a.csv --fail-on difference
status 0 "does not differ"
sed 's/Oslo/Bodø/' a.csv >b.csv
run compare a.csv b.csv --fail-on difference
status 1 "--fail-on difference"
out_has '^city ' "the worst column first"
refuses 2 'other table' "two tables are needed" compare a.csv

run plot a.csv 'hist(age)'
status 0 "a chart on the terminal"
run plot a.csv 'hist(age)' --json
out_has 'counts|bins|edges' "its figures as a document"
run plot a.csv 'bar(city)' -o chart.gp
good "a gnuplot script" grep -q 'plot' chart.gp
if command -v gnuplot >/dev/null 2>&1; then
    run plot a.csv 'bar(city)' -o chart.svg
    good "a picture" grep -q '<svg' chart.svg
else
    skip "no gnuplot" 1
fi
refuses 2 'hist' "a chart that is none" plot a.csv 'histt(age)'
refuses 2 'no column' "a column that is not there" plot a.csv 'hist(agee)'

finish
