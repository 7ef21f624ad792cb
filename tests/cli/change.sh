#!/bin/sh
# One step without a recipe file: what it changes, what it leaves, its manifest, and data it refuses.
. "${top_srcdir:?}/tests/lib.sh"

printf 'id,city,age\r\n1,"Oslo",40\r\n2, Bergen ,\r\n3,Oslo,25\r\n4,oslo,61\r\n' >a.csv

run clean a.csv --method trim
printf 'id,city,age\r\n1,"Oslo",40\r\n2,Bergen,\r\n3,Oslo,25\r\n4,oslo,61\r\n' >want
good "a step changes its cells and no other byte" cmp .out want
run clean a.csv --method mutate --double 'age * 2'
out_has '^1,"Oslo",40,80' "names of one's own are flags too"
run impute a.csv --method median --cols age -o out.csv
status 0 "impute into a file"
good "its seed is a number" grep -q '"seed": 1,' out.csv.manifest.json
good "and no step was skipped" grep -q '"skipped": null' out.csv.manifest.json
good "with the median" grep -q '^2, Bergen ,40' out.csv
good "a manifest beside it" grep -q '"method": "impute_median"' out.csv.manifest.json
good "that counts cells" grep -q '"cells_changed": 1' out.csv.manifest.json
good "and names no folder" sh -c '! grep -q "$0" out.csv.manifest.json' "$work"
cp out.csv.manifest.json first.json
run impute a.csv --method median --cols age -o out.csv
good "the same bytes each time" cmp first.json out.csv.manifest.json
run impute a.csv --method median --cols age -o bare.csv --no-manifest
good "--no-manifest" test ! -e bare.csv.manifest.json
run impute a.csv --method median --cols age -o out.csv --json
out_has '"cells_changed": 1' "--json says what was done"

printf 'id,v,w\n1,NA,0\n2,5,1\n3,NA,2\n4,999,3\n5,7,4\n6,8,5\n7,9,6\n8,,7\n' >tokens.csv
run clean tokens.csv --method to_missing --cols v --values NA --values 999 -o out.csv
printf 'id,v,w\n1,,0\n2,5,1\n3,,2\n4,,3\n5,7,4\n6,8,5\n7,9,6\n8,,7\n' >want
good "tokens that read as missing are emptied, in their column" cmp out.csv want
good "each cell counts once" grep -q '"cells_changed": 3' out.csv.manifest.json
run clean out.csv --method to_missing --cols v --values NA -o again.csv
good "and a second time there is nothing to do" grep -q '"cells_changed": 0' again.csv.manifest.json
run clean tokens.csv --method to_missing --cols v --values NA --when 'id > 1'
out_has '^1,NA,0' "only rows for which the condition is true"
out_has '^3,,2' "are emptied"
printf 'accept 1\nwait idle\nsave out.csv\n' >accept.script
run --headless 80x10 --script accept.script tokens.csv
run findings out.csv
good "accepting the finding settles it" sh -c '! grep -q "as text" .out'

run clean --explain
out_has '^trim ' "--explain lists the methods"
run impute --method knn --explain
out_has 'Gower' "and explains one, without a file"
run impute --method knn --explain --json
out_has '"source"' "as a document too"

refuses 2 'choose one of .*median' "no method" impute a.csv
refuses 2 "did you mean median" "a method that is none" impute a.csv --method mediann
refuses 2 'did you mean --cols' "a flag the method does not take" impute a.csv --method median --colz age
refuses 2 'agee' "a column that is not there" impute a.csv --method median --cols agee
refuses 2 'key' "a keyed mask without a key" mask a.csv --method tokenize --cols city
run keygen secret.key
status 0 "a key"
run keygen other.key --json
out_has '"file": "other.key"' "--json says where it lies"
good "and not what it is" sh -c '! grep -q "$(cat other.key)" .out'
good "nobody else may read" test "$(ls -l secret.key | cut -c1-10)" = '-rw-------'
good "of 64 hexadecimal digits" grep -Eq '^[0-9a-f]{64}$' secret.key
refuses 4 'exists' "is never written over" keygen secret.key
run mask a.csv --method tokenize --cols city --key-file secret.key -o m.csv
status 0 "a keyed mask"
good "gives equal tokens for equal values" test "$(cut -d, -f2 m.csv | tr -d '"' | sort | uniq -d | wc -l)" -eq 1
good "and its manifest holds no key" sh -c '! grep -q "$(cat secret.key)" m.csv.manifest.json'
chmod 644 secret.key
refuses 3 'chmod 600' "a key others may read" mask a.csv --method tokenize --cols city --key-file secret.key
refuses 2 'more than one way' "two keys" mask a.csv --method tokenize --cols city --key-file secret.key --key-fd 3

# --- data a step cannot work on
printf 'a,b\n1,\n2,\n' >missing.csv
printf 'a,b,c\n1,,x\n,,\n' >missing.csv
for method in mean median mode hotdeck knn; do
    refuses 3 "column 'b' has no values" "$method has nothing to learn from in a column named" \
        impute missing.csv --method $method --cols a,b -o never.csv
    run impute missing.csv --method $method
    status 0 "of all columns, $method leaves it"
    err_has "column 'b'" "and says so"
    run impute missing.csv --method $method --cols '/^[ab]/'
    status 0 "so does $method of a selection"
    err_has "column 'b'" "and says so"
    out_has '^1,,x$' "the rest is filled"
done
good "nothing was written" test ! -e never.csv
refuses 3 "no column of the selection" "a selection of nothing but empty columns" impute missing.csv --method median --cols '/^b/'
run impute missing.csv --method median --cols b --fallback z
status 0 "a fallback fills it"
printf 'x,y\n1,a\n2,a\n3,a\n' >one_class.csv
refuses 3 'class|a' "one class cannot be balanced" augment one_class.csv --method oversample --target y
printf 'x,y\n1,a\n' >one_row.csv
refuses 3 '.' "one row has no neighbours" augment one_row.csv --method smote-nc --target y
run synth a.csv --method trees -n 5 --seed 7 -o s.csv
status 0 "synth"
good "has as many rows as asked" test "$(tail -n +2 s.csv | wc -l)" -eq 5
run synth a.csv --method trees -n 5 --seed 7 --threads 1
good "the same for the same seed, whatever the threads" cmp .out s.csv
printf 'a\n' >header.csv
refuses 3 '' "no rows to learn from" synth header.csv --method trees -n 5

printf 'a,a,"b,c",1\n1,2,3,4\n5,6,7,8\n' >names.csv
run mask --method redact --cols 2 names.csv
out_has '^1,[*]+,3,4$' "of two columns called the same the number means the one that stands there"
run mask --method redact --cols a names.csv
err_has "column 2 is called 'a' too" "the name means the first and says so"
run mask --method redact --cols 3 names.csv
out_has '^1,2,[*]+,4$' "a name with a comma by its number"
run mask --method redact --cols b,c names.csv
out_has '^1,2,[*]+,4$' "and as it is written"

# --- the manifest
cp "$samples/patients.csv" whole.csv
mkdir blocked.csv.manifest.json
run clean whole.csv --method trim --cols city -o blocked.csv
status 4 "a manifest that cannot be written is an error"
good "and no OUT appears" test ! -e blocked.csv
mkdir blocked.state.manifest.json
run fit "$samples/sensors.lua" "$samples/sensors.csv" -o blocked.state
status 4 "nor can that of a state"
good "and no state appears" test ! -e blocked.state
run clean whole.csv --method trim --cols city -o apart.csv
run clean whole.csv --method trim --cols city --in-place
status 0 "a file is changed in place"
good "its manifest tells the input's hash, not the output's" sh -c \
    '[ "$(grep blake2b apart.csv.manifest.json)" = "$(grep blake2b whole.csv.manifest.json)" ]'
finish
