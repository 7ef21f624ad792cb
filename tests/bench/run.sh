#!/bin/sh
# The benchmarks run on a small file and print what scripts read. Times are nobody's business here.
. "$top_srcdir/tests/lib.sh"

bench() {
    "$top_srcdir/bench/run" -b "$top_builddir" -P -n 1 -s 1 -d . "$@" >.out 2>.err
    rc=$?
}

number='[0-9]+(\.[0-9]+)?'
start='\{"bench": "[a-z]+", "file": "[a-z]+-[0-9]+\.csv", "what": "[^"]+", '
ours="\"cpu_s\": $number, \"wall_s\": $number, \"peak_mib\": $number(, \"value\": $number)?, "
theirs="\"peer\": (null|\"[a-z-]+\"), \"peer_cpu_s\": (null|$number), \"ratio\": (null|$number)\\}"

bench
status 0 "every bench runs without peers from outside"
[ "$(grep -Ecv "^$start$ours$theirs\$" .out)" -eq 0 ]
result $? "every line has the members it should have"
missing=''
for name in index count parse profile convert select where sort head memory; do
    grep -q "^{\"bench\": \"$name\"" .out || missing="$missing $name"
done
[ -z "$missing" ]
result $? "every bench has a line ($missing)"
out_has '"bench": "index".*"peer": "libcsv", "peer_cpu_s": [0-9]' "index stands beside libcsv"
out_has '"bench": "count".*"peer": "line-feeds"' "count stands beside a count of line feeds"
out_has '"bench": "memory".*"value": [0-9]' "memory tells the bytes a cell takes"

bench index
[ "$(grep -vc '"bench": "index"' .out)" -eq 0 ]
result $? "a name chooses one bench"
bench speed
status 2 "a bench that is not there is refused"
err_has 'there are: index' "the message names those that are"

# All readers find the same cells.
cells() {
    "$top_builddir/bench/measure" -n 1 -t scan -t libcsv "$1" | awk '{ print $NF }' | uniq | wc -l
}
for kind in mixed tall wide; do
    [ "$(cells "$kind-1.csv")" -eq 1 ]
    result $? "libcsv and the tokeniser count the same cells ($kind)"
done
"$top_builddir/bench/generate" mixed 1 again.csv && cmp -s again.csv mixed-1.csv
result $? "the generator writes the same bytes again"

XDG_CACHE_HOME=$work/none "$top_srcdir/bench/run" -b "$top_builddir" -n 1 -s 1 -d . count >.out 2>.err
rc=$?
status 0 "peers that are missing are no failure"
err_has 'peer xan is missing and left out' "they are named"
finish
