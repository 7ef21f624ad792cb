#!/bin/sh
# Reports as files: --html and --markdown of profile and compare; statuses, determinism, atomicity.
. "${top_srcdir:?}/tests/lib.sh"

{
    echo 'id,<script>alert(1)</script>,age'
    i=1
    while [ "$i" -le 80 ]; do
        echo "$i,$([ $((i % 2)) -eq 0 ] && echo '<b>Oslo</b>' || echo Bergen),$((20 + i % 40))"
        i=$((i + 1))
    done
} >a.csv
sed 's/Bergen/Oslo/' a.csv >b.csv

run profile a.csv --html a.html --markdown a.md
status 0 "a profile as HTML and Markdown"
out_has '^age +' "the text is shown as ever"
good "a whole page" grep -q '</html>' a.html
good "no tag from a name or a cell" sh -c '! grep -qE "<script|<b>Oslo" a.html a.md'
good "but their text" grep -q '&lt;script&gt;' a.html
good "histograms drawn inline" grep -q '<svg class="hist"' a.html
good "no address of anything elsewhere" sh -c '! grep -qE "https?:|src=|@import|url\(" a.html'
good "Markdown with a card a column" grep -q '^### age' a.md
mkdir deep && cp a.csv deep/
run profile deep/a.csv --html again.html --markdown again.md --threads 1
good "the same bytes, whatever the folder, time and threads" cmp a.html again.html
good "in Markdown too" cmp a.md again.md
run profile a.csv --html - --quiet
good "to stdout" cmp .out a.html
run profile a.csv --columns-only --html less.html
good "what was left out is left out" sh -c '! grep -q "<h2>Findings" less.html'
printf 'a,b\n' >none.csv
run profile none.csv --html none.html
status 0 "a table without rows has a page too"
printf ':profile --html screen.html\n' >script
run --headless 80x24 --script script a.csv
good "also from the workbench" cmp screen.html a.html

run compare a.csv b.csv --html c.html --markdown c.md
status 0 "a comparison as HTML and Markdown"
good "names both files" grep -q '<h1>a.csv and b.csv</h1>' c.html
run compare a.csv b.csv --html d.html --threads 3
good "the same bytes for any number of threads" cmp c.html d.html


run compare a.csv b.csv --target age --json --threads 1
status 0 "utility of a number"
out_has '"task": "regression"' "is a regression"
cp .out one.json
run compare a.csv b.csv --target age --json --threads 3
good "the same figures for any number of threads" cmp .out one.json
run compare a.csv b.csv --target age --html u.html
good "and a section of the page" grep -q '<h2>Utility</h2>' u.html
refuses 2 'no column' "a target that is no column" compare a.csv b.csv --target nothing

echo kept >old.html
refuses 4 'No space left|cannot write' "a full disk" profile a.csv --html /dev/full
refuses 4 'cannot|No such' "a folder that is not there" profile a.csv --html no/where.html
refuses 2 'it is the input' "never over the input" profile a.csv --html a.csv
refuses 2 'it is an input' "nor over the other table" compare a.csv b.csv --html b.csv
refuses 4 'No space left|cannot write' "the second of two" profile a.csv --html old.html --markdown /dev/full
run profile gone.csv --html old.html
good "failed calls leave an older file as it was" test "$(cat old.html)" = kept

cat >script <<'LINES'
profile --html s.html --markdown s.md
wait idle
expect /written: s.html, s.md/
keys q
findings --cells s.cells
wait idle
expect /written: s.cells/
keys q
outliers --scores s.scores
wait idle
expect /written: s.scores/
keys q
plot -o s.gp hist(age)
wait idle
expect /written: s.gp/
keys q
convert -o s.tsv
wait idle
expect /written: s.tsv, 80 rows/
LINES
run --headless 100x12 --script script a.csv
status 0 "on screen a line says what was written"
finish
