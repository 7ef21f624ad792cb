#!/bin/sh
# Every example of the help runs: subcommands as they stand, command lines in a script of their own.
. "${top_srcdir:?}/tests/lib.sh"
ln -s "$samples" samples

"$TROWEL" help --examples >examples || exit 99
tab=$(printf '\t')
grep "^cli${tab}" examples | cut -f2,3 >cli
grep "^screen${tab}" examples | cut -f2,3 >screen
good "there are examples of both kinds" test -s cli -a -s screen

# fit before apply, which takes the state that fit wrote
{ grep "^fit${tab}" cli; grep -v "^fit${tab}" cli; } >ordered
while IFS=$tab read -r name words; do
    eval "run $words"
    status 0 "trowel $words"
done <ordered

while IFS=$tab read -r name words; do
    printf 'wait idle\n%s\nwait idle\n' "$words" >script
    run --headless 80x24 --script script samples/patients.csv
    status 0 ":$words"
done <screen

finish
