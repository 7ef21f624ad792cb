#!/bin/sh
# The samples are what their README says: the generator gives the files that are checked in, every recipe runs, a fitted one
# serves new rows, and opening and saving leaves each file as it was.
. "$(dirname "$0")/../lib.sh"

if command -v lua5.4 >/dev/null; then
    mkdir made && lua5.4 "$samples/generate.lua" made
    for file in patients transactions customers sensors; do
        good "the generator makes $file.csv" cmp "made/$file.csv" "$samples/$file.csv"
    done
else
    skip "lua5.4 is not here" 4
fi

run keygen mask.key
for name in patients transactions customers sensors; do
    run run "$samples/$name.lua" "$samples/$name.csv" --key-file mask.key -o "$name.csv"
    status 0 "$name.lua runs"
    good "and leaves rows" test "$(wc -l <"$name.csv")" -gt 3000
    printf 'save %s.same\n' "$name" >save.script
    run --headless 80x24 --script save.script "$samples/$name.csv"
    status 0 "$name.csv is opened and saved"
    good "byte for byte" cmp "$name.same" "$samples/$name.csv"
done
good "no patient number of the source is left" sh -c "! grep -q '^P0[0-9][0-9][0-9][0-9],' patients.csv"

run fit "$samples/patients.lua" "$samples/patients.csv" --key-file mask.key -o patients.state
status 0 "a recipe is fitted"
run apply patients.state "$samples/patients.csv" --key-file mask.key -o applied.csv
status 0 "and applied"
good "without the rows that balance the training data" test "$(wc -l <applied.csv)" -eq "$(wc -l <"$samples/patients.csv")"
finish
