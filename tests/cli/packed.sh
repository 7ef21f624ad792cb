#!/bin/sh
# Packed files as they come: several members, zeros and junk behind them, cut short, or only called so.
. "${top_srcdir:?}/tests/lib.sh"

printf 'a,b\n1,2\n3,4\n' >first.csv
printf '5,6\n' >more.csv
{ gzip -c first.csv; gzip -c more.csv; } >two.csv.gz
run convert two.csv.gz
out_is "$(cat first.csv more.csv)" "all members are read"
err_is_empty "without a word"
{ cat two.csv.gz; head -c 512 /dev/zero; } >tape.csv.gz
run count tape.csv.gz
out_is 3 "zeros are padding"
err_is_empty "and nothing to speak of"
{ cat two.csv.gz; printf 'what is this'; } >junk.csv.gz
run convert junk.csv.gz
status 0 "junk behind the last member is left out"
out_is "$(cat first.csv more.csv)" "and nothing else"
err_has 'junk.csv.gz: 12 bytes behind the end of the gzip data left out' "which is said"
run count junk.csv.gz
err_has '12 bytes' "by count too"
run sniff junk.csv.gz --json
out_has '"trailing_bytes": 12' "and by sniff"
saves() { # FILE SCRIPT-LINE…
    file=$1
    shift
    printf '%s\n' "$@" >save.script
    run --headless 80x10 --script save.script "$file"
    status 0 "saving $file"
}
cp junk.csv.gz back.csv.gz
saves back.csv.gz 'save! back.csv.gz'
good "unchanged keeps its bytes" cmp junk.csv.gz back.csv.gz
cp two.csv.gz misnamed.csv
saves misnamed.csv 'goto 1 a' 'edit 9' 'save! misnamed.csv'
good "a packed file of another name stays packed" sh -c 'gzip -dc <misnamed.csv | grep -q "^9,2$"'
saves misnamed.csv 'save plain.csv'
good "elsewhere the name says how" grep -q '^9,2$' plain.csv
printf '{"a": 1}\n{"a":2}\n' >a.jsonl
saves a.jsonl 'save b.jsonl.gz' 'save c.jsonl'
good "also of JSON Lines" sh -c 'gzip -dc b.jsonl.gz | grep -q "\"a\": *1"'
good "which keep their bytes" cmp a.jsonl c.jsonl
cp b.jsonl.gz d.jsonl
saves d.jsonl 'goto 1 a' 'edit 9' 'save! d.jsonl'
good "and their packing" sh -c 'gzip -dc <d.jsonl | grep -q 9'

gzip -c "$samples/patients.csv" >whole.csv.gz
head -c 2000 whole.csv.gz >cut.csv.gz
for sub in count head sniff profile; do
    refuses 3 'cannot unpack gzip in cut.csv.gz: the file is cut short; fetch it again, or .*gzip -dc' "$sub: a cut file" \
        $sub cut.csv.gz
done
printf 'BZh,b\n1,2\n' >named.csv
run select b named.csv
out_is 'b
2' "a text that begins like bzip2"
finish
