#!/bin/sh
# Files a user wishes were different: each is read as far as it can be, or refused with a reason and the right status.
. "${top_srcdir:?}/tests/lib.sh"

# --- nothing, or next to nothing
: >empty.csv
run count empty.csv
status 0 "an empty file is a table"
out_is 0 "without rows"
err_has 'empty.csv: the file is empty' "and a note says so"
run profile empty.csv --columns-only
status 0 "it has a profile"
run convert empty.csv -o out.csv
good "and converts to an empty file" test -f out.csv -a ! -s out.csv
printf '\n\n' >blank.csv
run count blank.csv
status 0 "blank lines only"
{
    printf 'a,b\n1,2\n'
    head -c 400000 /dev/zero | tr '\0' '\n'
    printf '3,4\n'
} >gap.csv
run convert gap.csv
out_is 'a,b
1,2
3,4' "as many blank lines as a reader takes at a time"
run profile gap.csv --columns-only
status 0 "hide no rows from a profile"
run clean gap.csv --method trim -o gap.out
good "and stay when the file is saved" cmp gap.out gap.csv
printf 'a,b\n' >header.csv
run count header.csv
out_is 0 "a header alone has no rows"
run profile header.csv --columns-only
status 0 "it has a profile"
out_has '^a ' "of its columns"
run head header.csv
out_is 'a,b' "and comes back as it is"
printf 'a,b\n1,\n2,\n' >missing.csv
run profile missing.csv --columns-only
status 0 "a column without any value has a profile"
run plot missing.csv 'hist(b)'
status 3 "but no chart"
err_has 'b' "which is said"
printf 'a,b\n1,x\n' >one.csv
run profile one.csv --columns-only --json
status 0 "one row has a profile"
out_has '"sd": null' "without a standard deviation"
run compare one.csv one.csv
status 0 "one row is compared"
printf 'x\n' >p.csv
printf 'y,z\n1,2\n' >q.csv
refuses 3 'column' "two tables without a common column" compare one.csv q.csv

# --- bytes that should not be there
printf 'a,b\n1,x\0y\n2,z\n' >nul.csv
run count nul.csv
out_is 2 "NUL bytes are bytes of a cell"
run head nul.csv
good "that come back" cmp .out nul.csv
printf 'name,n\nB\303\270rge,1\n' | iconv -f UTF-8 -t UTF-16 >u16.csv
run convert u16.csv
out_is 'name,n
Børge,1' "UTF-16 is read"
printf 'a;b\n"1;2\n3;4\n' >open_quote.csv
run count open_quote.csv
status 0 "a quote that is never closed"
printf 'a,b\n"x"y,2\n"p""q",3\n' >stray.csv
run head stray.csv
good "stray quotes come back as they are" cmp .out stray.csv
printf 'a,b\n1,2\n' | gzip -c | head -c 20 >cut.csv.gz
refuses 3 'cut.csv.gz: .*(cut short|damaged)' "a truncated gzip file" count cut.csv.gz
for i in 1 2 3; do seq -s , 1 300000; done >columns.csv
refuses 4 'columns.csv: .*300000 are more than 262144' "more columns than anybody could look at" count columns.csv
cut -d , -f 1-200000 columns.csv >fewer.csv
run count fewer.csv --header none
out_is 3 "fewer are read"
head -c 20000 "$TROWEL" >program.csv
refuses 3 'program.csv: it is no text' "a program" count program.csv
run count program.csv --format csv
status 0 "which can be read if one insists"
printf '<!DOCTYPE html>\n<html><body>Please log in</body></html>\n' >page.csv
run count page.csv
err_has 'page.csv: it begins like a page of HTML' "a page in place of a file"
printf 'a\001b\n1\0012\n3\0014\n' >hive.txt
run select b hive.txt
out_is 'b
2
4' "a control character may be the delimiter"
printf '\037\213junk junk junk junk' >junk.csv.gz
refuses 3 'junk.csv.gz' "a damaged one" count junk.csv.gz
printf 'PAR1\025\0\0\0\025\0PAR1' >t.parquet
refuses 3 't.parquet' "Parquet is refused" count t.parquet

# --- shapes
{
    seq -f 'c%.0f' 1 10000 | paste -sd,
    for r in 1 2 3; do seq "$r" "$r" $((r * 10000)) | paste -sd,; done
} >wide.csv
run count wide.csv
out_is 3 "10 000 columns are read"
run select c9999 wide.csv
out_is 'c9999
9999
19998
29997' "and any of them found"
run profile wide.csv --columns-only --json
status 0 "and profiled"
head -c 20000000 /dev/zero | tr '\0' x >long.csv
run count long.csv
status 0 "a single line of 20 MB"
run head long.csv -o long.out
status 0 "is written as well"

# --- flags that say what cannot be
refuses 2 "'nope' in one.csv: no column is called so|nope in one.csv: no column" "a type for no column" head --type nope=integer one.csv
refuses 2 'no type is called so' "a type that is none" count --type a=whole one.csv
refuses 2 'no role is called so' "a role that is none" head --role a=main one.csv
refuses 2 'it is the delimiter too' "a quote that is the delimiter" head --delimiter ';' --quote ';' one.csv
refuses 2 'only 2 records' "more header rows than records" head --header 5 one.csv

# --- places
mkdir folder
refuses 3 'folder: it is a directory' "a directory" count folder
mkfifo pipe
cat one.csv >pipe &
run count pipe
out_is 1 "a FIFO is read as a stream"
wait
refuses 3 'No such file' "a path that is not there" count nowhere/x.csv
if [ "$(id -u)" -eq 0 ]; then
    skip "root reads everything" 1
else
    cp one.csv secret.csv
    chmod 000 secret.csv
    refuses 3 'secret.csv: Permission denied' "a file that may not be read" count secret.csv
fi

# --- output
refuses 4 'No space left|cannot write' "a full disk" head one.csv -o /dev/full
printf 'a,b\n1,2\n3\n' >short.csv
refuses 4 'No space left' "a report on a full disk" convert short.csv -o kept.csv --report /dev/full
good "leaves no output" test ! -e kept.csv
refuses 4 'nowhere' "a folder that is not there" head one.csv -o nowhere/out.csv
"$TROWEL" head one.csv >/dev/full 2>.err </dev/null
rc=$?
status 4 "a full disk behind stdout"
(exec <&-; "$TROWEL" count - >.out 2>.err)
rc=$?
status 3 "a closed stdin"
(exec >&-; "$TROWEL" head one.csv 2>.err </dev/null)
rc=$?
status 4 "a closed stdout"
echo old >kept.csv
(ulimit -f 8; "$TROWEL" head -n 100000 "$samples/sensors.csv" -o kept.csv >.out 2>.err </dev/null)
rc=$?
status 4 "a file that may not grow"
good "leaves the old one as it was" test "$(cat kept.csv)" = old
good "and nothing beside it" test -z "$(find . -name '.kept*' -o -name 'kept*.tmp*')"

finish
