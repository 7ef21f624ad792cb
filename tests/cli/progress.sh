#!/bin/sh
# Long calls say how far they are on stderr, and a signal ends them with 130 and no OUT. The data come through a pipe that
# stays open, so each call takes as long as the test wants, on any machine.
. "${top_srcdir:?}/tests/lib.sh"

printf 'id,city,age\n1,Oslo,40\n2,Bergen,31\n3,Oslo,25\n' >a.csv
mkfifo pipe

# Until the words stand in .err; gives up after many looks, without sleeping.
awaits() {
    looks=0
    until grep -Eq "$1" .err; do
        looks=$((looks + 1))
        [ "$looks" -lt 20000 ] || return 1
    done
}

# A call that reads the pipe as "-": progress after 150 ms, then a signal.
interrupted() {
    sub=$1
    : >.err
    "$TROWEL" "$@" --progress always <pipe >.out 2>.err &
    pid=$!
    exec 3>pipe
    cat a.csv >&3
    awaits '…|%'
    result $? "$sub says that it works"
    kill -TERM $pid
    wait $pid
    rc=$?
    exec 3>&-
    status 130 "$sub is cancelled"
    err_has 'cancelled' "and says so"
    good "without OUT" test ! -e out.csv
}

interrupted count -
interrupted convert - -o out.csv
interrupted sort -age - -o out.csv
interrupted profile -
interrupted frequency city - -o out.csv
interrupted stack a.csv - -o out.csv
interrupted diff a.csv - --key id
interrupted impute - --method median -o out.csv

run count a.csv --progress always
err_is_empty "a short call stays silent, even with --progress always"
"$TROWEL" count - <pipe >.out 2>.err &
pid=$!
exec 3>pipe
cat a.csv >&3
exec 3>&-
wait $pid
rc=$?
status 0 "a pipe that ends is read"
err_is_empty "without progress where stderr is no terminal"
finish
