#!/bin/sh
# Columns aligned with blanks: by position where cells hold blanks themselves, by runs of blanks where they do not; saved line
# by line as they were.
. "${top_srcdir:?}/tests/lib.sh"

cat >ps.txt <<'EOF'
USER       PID %CPU    VSZ   RSS TTY      COMMAND
root         1  0.5  55836 23588 ?        /sbin/init splash
root         2  0.0      0     0 ?        [kthreadd]
www-data  4711 12.5 123456  9876 ?        nginx: worker process
ann      31337  0.0   8228  5100 pts/0    vi notes to self.txt
ann      31338  0.1   4100   980 pts/1    less README
root       812  0.0 1234567 15000 ?       /usr/lib/a daemon
bob      40000  3.2   9000  4000 pts/2    -bash
bob      40001  0.0  12000  3100 pts/2    make -j 2 all
EOF
run sniff ps.txt --json
out_has '"format": "fixed"' "a listing is understood by its columns"
run convert ps.txt
out_is 'USER,PID,%CPU,VSZ,RSS,TTY,COMMAND
root,1,0.5,55836,23588,?,/sbin/init splash
root,2,0.0,0,0,?,[kthreadd]
www-data,4711,12.5,123456,9876,?,nginx: worker process
ann,31337,0.0,8228,5100,pts/0,vi notes to self.txt
ann,31338,0.1,4100,980,pts/1,less README
root,812,0.0,1234567,15000,?,/usr/lib/a daemon
bob,40000,3.2,9000,4000,pts/2,-bash
bob,40001,0.0,12000,3100,pts/2,make -j 2 all' "cells may hold blanks, and a value that is too wide moves only its own line"
run where 'PID > 40000' ps.txt
out_is 'USER       PID %CPU    VSZ   RSS TTY      COMMAND
bob      40001  0.0  12000  3100 pts/2    make -j 2 all' "lines go out as they came in"
run select COMMAND ps.txt
out_has '^nginx: worker process$' "chosen columns become CSV"
run sort -RSS ps.txt -o sorted.jsonl
good "other formats know the types" grep -q '"RSS": 23588,' sorted.jsonl

cat >report.txt <<'EOF'
Sales of March

Region      City name       Units    Revenue  Since
North       New York           12    1250.50  2020-01-05
South East  Boston              7     700.00  2021-11-30
West        San Francisco     105   10500.25  2019-07-14
            Århus               3      33.10  2022-02-28
EOF
run profile report.txt --columns-only
out_has '^Units +integer' "a report has types"
out_has '^Since +date' "of every kind"
run tail -n 1 report.txt --json
out_has 'Århus' "characters count, not bytes"
run convert report.txt
out_has '^,Århus,3,33.10,2022-02-28$' "a blank field is empty"
printf '\n2 pages, 4 lines\n' | cat report.txt - >noted.txt
run count noted.txt
out_is 4 "notes below it are no data"
run head -n 9 noted.txt --footer 0
out_has '^2 pages, 4 lines' "unless one says so"
cat >edit.script <<'EOF'
goto 2 3
edit 1234
goto 3 2
edit Rome
goto 4 1
edit Jutland
save edited.txt
rename Units n
save renamed.txt
goto 1 3
edit 123456789012
try save wide.txt
EOF
run --headless 90x20 --script edit.script report.txt
status 0 "cells are edited"
sed -e '5s/      7 /   1234 /' -e '6s/San Francisco/Rome         /' -e '7s/^       /Jutland/' report.txt >want
good "in their places, all other bytes stay" cmp want edited.txt
good "a name too" grep -q '^Region      City name           n    Revenue  Since$' renamed.txt
good "what does not fit is not written" test ! -e wide.txt
run clean report.txt --method drop --cols Units -o dropped.txt
status 2 "a dropped column has no place to come from"
err_has 'ends in .csv' "and the message says where it has"
run clean report.txt --method drop --cols Units -o dropped.csv
status 0 "that is so"
good "in CSV" grep -q '^North,New York,1250.50' dropped.csv

cat >rule.txt <<'EOF'
id  name            amount
--  --------------  ------
1   Ann Lee           12.5
2   Bo                 1.0
13  Cy de la Cruz    100.0
EOF
run convert rule.txt
out_is 'id,name,amount
1,Ann Lee,12.5
2,Bo,1.0
13,Cy de la Cruz,100.0' "a line of dashes says where columns are, and is no data"
run head -n 1 rule.txt --format csv --delimiter space
status 0 "an override switches it off"
printf '20240131AB 0012\n20240201CDE0007\n' >short.txt
run convert short.txt --widths 8,3
out_is '20240131,AB,0012
20240201,CDE,0007' "--widths says where columns end, blanks or not"
cat >strict.script <<'EOF'
open short.txt --widths 8,3
goto 1 2
edit XYZ
save strict.txt
EOF
run --headless 80x10 --script strict.script
status 0 "on screen too"
good "where a cell may fill its place" grep -qx '20240131XYZ0012' strict.txt
refuses 2 'no list of widths' "in numbers" head short.txt --widths 3,x
run convert short.txt --format fixed
status 0 "--format fixed looks for them whatever else there is"
printf 'Filesystem      Size Mounted on\n/dev/vda        252G /\n' >df.txt
run convert df.txt --format fixed
out_is 'Filesystem,Size,Mounted on
/dev/vda,252G,/' "a name may hold a blank"
printf 'a,b\n1,2\n3,4\n' >plain.csv
run sniff plain.csv --json --format fixed
out_has '"format": "fixed"' "in any file"
printf 'x   y\n1     2\n10  20\n' >runs.txt
run sniff runs.txt --json
out_has '"delimiter_runs": true' "runs of blanks divide where that is even"
run convert runs.txt
out_is 'x,y
1,2
10,20' "and count as one"
printf 'a b\n1  2\n3 4\n' >given.txt
run convert given.txt --delimiter blanks
out_is 'a,b
1,2
3,4' "--delimiter blanks says so"

finish
