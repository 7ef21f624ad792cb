#!/bin/sh
# Several imputations: which files, which draws, all or none.
. "${top_srcdir:?}/tests/lib.sh"

{
    echo 'id,g,x,y'
    i=0
    while [ $i -lt 300 ]; do
        i=$((i + 1))
        case $((i % 4)) in
        0) echo "$i,a,,$((i % 17))" ;;
        1) echo "$i,b,$((i * 7 % 100)).50,$((i * 7 % 100))" ;;
        *) echo "$i,a,$((i * 3 % 100)).25,$((i * 3 % 100))" ;;
        esac
    done
} >a.csv

run impute a.csv --method hotdeck --by g -m 3 -o out.csv
status 0 "three imputations"
good "three files with their manifests, nothing else" test "$(ls -A | grep -c '^out')" -eq 6
good "no cell is left" sh -c '! grep -q ",," out-1.csv out-2.csv out-3.csv'
good "the draws differ" sh -c '! cmp -s out-1.csv out-2.csv && ! cmp -s out-2.csv out-3.csv && ! cmp -s out-1.csv out-3.csv'
good "what was observed does not" sh -c 'for i in 1 2 3; do grep -E "^[0-9]+,b," out-$i.csv | cksum; done | sort -u | wc -l | grep -qx 1'
run impute a.csv --method hotdeck --by g --imputation 2
good "file 2 is imputation 2 by itself" cmp -s .out out-2.csv
printf 'local r = trowel.recipe "r"\nr:impute_hotdeck { by = "g", imputation = 3 }\nreturn r\n' >r.lua
run run r.lua a.csv
good "in a recipe too" cmp -s .out out-3.csv
good "its manifest says which it is" grep -q '"imputation": 3' out-3.csv.manifest.json
for threads in 1 4; do
    run impute a.csv --method knn --agg draw --cols x -m 2 --seed 9 --threads $threads -o t$threads.csv --no-manifest
    status 0 "drawn neighbours on $threads threads"
done
good "give the same bytes" sh -c 'cmp t1-1.csv t4-1.csv && cmp t1-2.csv t4-2.csv && ! cmp -s t1-1.csv t1-2.csv'
good "without manifests where none are wanted" sh -c 'test ! -e t1-1.csv.manifest.json'
run impute a.csv --method hotdeck -m 2 -o packed.csv.gz
good "the number stands before the suffixes" sh -c 'gzip -dc packed-2.csv.gz | grep -q "^id,g,x,y"'
mkdir d.x
run impute a.csv --method hotdeck -m 1 -o d.x/plain
good "or at the end of a name without" test -s d.x/plain-1
run impute a.csv --method hotdeck -m 2 -o j.csv --json
out_has '"file": "j-2.csv"' "--json lists the files"

# --- methods that draw nothing, and calls without a place
for method in median mode mean locf; do
    refuses 2 'would be the same.*hotdeck' "$method has no second imputation" impute a.csv --method $method -m 2 -o never.csv
done
refuses 2 'agg = draw' "nor has the median of neighbours" impute a.csv --method knn -m 2 -o never.csv
refuses 2 'give|name them' "files need a name" impute a.csv --method hotdeck -m 2
refuses 2 'name them' "stdout is none" impute a.csv --method hotdeck -m 2 -o -
refuses 2 'name them' "nor with --json" impute a.csv --method hotdeck -m 2 --json
refuses 2 'name them' "nor is the input" impute a.csv --method hotdeck -m 2 --in-place
refuses 2 'imputation' "one of them and all of them" impute a.csv --method hotdeck -m 2 --imputation 1 -o never.csv
refuses 2 '0' "not a single one" impute a.csv --method hotdeck -m 0 -o never.csv
cp a.csv same-2.csv
refuses 2 'it is the input' "one of the files is the input" impute same-2.csv --method hotdeck -m 2 -o same.csv
good "which is left as it was" cmp a.csv same-2.csv
good "and so are the others" test ! -e same-1.csv
good "no file appeared" test ! -e never-1.csv

# --- all or none
echo kept >b-1.csv
mkdir b-3.csv
refuses 4 'b-3.csv' "one place is taken" impute a.csv --method hotdeck -m 3 -o b.csv
good "what stood before stands" grep -qx kept b-1.csv
good "nothing new appeared" test ! -e b-2.csv -a ! -e b-1.csv.manifest.json
good "and nothing is left over" test -z "$(find . -name '.trowel*')"

printf 'wait idle\ntry impute --method hotdeck -m 2\nexpect /command line/\n' >script
run --headless 80x24 --script script a.csv
status 0 "on screen there are no files to write"
finish
