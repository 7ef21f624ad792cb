#!/bin/sh
# JSON as it comes: lines whatever the file is called, lists, pretty printed, and what goes back into such files.
. "${top_srcdir:?}/tests/lib.sh"

want='id,name,at
1,Ann,"{""x"": [1, 2]}"
2,"B, ""b""",'
cat >lines.txt <<'EOF2'
{"id": 1, "name": "Ann", "at": {"x": [1, 2]}}
{"id": 2, "name": "B, \"b\"", "at": null}
EOF2
run convert lines.txt
out_is "$want" "lines of objects are known without a suffix"
"$TROWEL" convert - <lines.txt >.out 2>.err
out_is "$want" "and from a pipe"
run sniff lines.txt --json
out_has '"format": "jsonl"' "sniff says so"
printf '[%s,\n%s]\n' '{"id": 1, "name": "Ann", "at": {"x": [1, 2]}}' '{"id": 2, "name": "B, \"b\"", "at": null}' >list.json
run convert list.json
out_is "$want" "so is a list"
run sniff list.json --json
out_has '"format": "json"' "which is told apart"
printf '[\n  {\n    "id": 1,\n    "t": "]},["\n  },\n  {\n    "id": 2\n  }\n]\n' >pretty.json
run convert pretty.json
out_is 'id,t
1,"]},["
2,' "line ends may stand anywhere in it"
printf '[]' >none.json
run count none.json
out_is 0 "an empty list is an empty table"
run convert lines.txt --delimiter ';' --header none
out_has '^"\{""id"": 1' "--delimiter says that it is text"
printf 'a,[{\n1,2\n' >text.csv
run count text.csv
out_is 1 "a header with brackets is none of it"

# --- what is broken
printf '[{"a": 1}, 2, {"a": 3}]' >mixed.json
refuses 3 'mixed.json, row 2: .*it is no object' "a list of something else" count mixed.json
refuses 3 'element 2 is no JSON object' "is told by element" convert mixed.json
printf '[{"a": 1}, {"a": 2' >cut.json
refuses 3 'element 2 is no JSON object' "a list that is cut short" convert cut.json
printf '[{"a": 1}] x' >behind.json
refuses 3 'element 2 is no JSON object' "something behind the list" convert behind.json

# --- written
run convert lines.txt -o out.json
good "a list is written by suffix" cmp - out.json <<'EOF2'
[
{"id": 1, "name": "Ann", "at": {"x": [1, 2]}},
{"id": 2, "name": "B, \"b\"", "at": null}
]
EOF2
printf 'a\n' >header.csv
run convert header.csv -o empty.json
good "of no rows too" cmp - empty.json <<'EOF2'
[]
EOF2
saves() { # FILE SCRIPT-LINE…
    file=$1
    shift
    printf '%s\n' "$@" >save.script
    run --headless 80x10 --script save.script "$file"
    status 0 "saving $file"
}
cp lines.txt data.txt
saves data.txt 'save! data.txt' 'save copy.txt' 'save new.csv'
good "unchanged keeps its bytes" cmp lines.txt data.txt
good "elsewhere too" cmp lines.txt copy.txt
good "and a suffix is obeyed" sh -c 'head -n 1 new.csv | grep -q "^id,name,at$"'
saves data.txt 'goto 1 name' 'edit Eve' 'save! data.txt'
good "an edited one stays JSON whatever its name" grep -q '^{"id": 1, "name": "Eve"' data.txt
printf '%s\n' '{"id":1, "t":"\u00e9", "in":{"a":[1,2]}}' '{"t":"x","n":1.50}' '{"id":"007"}' >odd.jsonl
cp odd.jsonl edited.jsonl
saves edited.jsonl 'goto 2 t' 'edit y' 'goto 3 n' 'edit 3' 'save! edited.jsonl'
good "an edit changes its value and no other byte" cmp - edited.jsonl <<'EOF2'
{"id":1, "t":"\u00e9", "in":{"a":[1,2]}}
{"t":"y","n":1.50}
{"id":"007", "n": 3.00}
EOF2
run sort -n odd.jsonl -o sorted.jsonl
good "rows in another order are the same objects" sh -c 'sort odd.jsonl >a; sort sorted.jsonl | cmp - a'
run select in,id odd.jsonl -o chosen.jsonl
good "chosen columns keep their values" cmp - chosen.jsonl <<'EOF2'
{"in": {"a":[1,2]}, "id": 1}
{"in": null, "id": null}
{"in": null, "id": "007"}
EOF2
run convert pretty.json -o lines.jsonl
good "a line holds an object, however it was broken" sh -c 'wc -l <lines.jsonl | grep -qx " *2"'
run stack odd.jsonl lines.txt -o both.jsonl
good "files end to end keep to their own" grep -q '"id": 1.*"name": "Ann"' both.jsonl
printf '{\n  "id": 1,\n  "tags": [\n    "a", {"b": 2}\n  ]\n}\n{\n  "id": 2\n}' >several.json
cp several.json data.json
run head data.json
out_has '^2,$' "objects of several lines are records"
saves data.json 'save! same.json' 'edit 7' 'save! data.json'
good "saved untouched they are the same bytes" cmp several.json same.json
good "an edit leaves their lines alone" sh -c 'sed "2s/1/7/" several.json | cmp - data.json'
run convert several.json -o lines.jsonl
good "JSON Lines has a line for each" sh -c 'wc -l <lines.jsonl | grep -qx " *2"'
printf '{\n"a": 1\n}\n{\n"a": ' >cut.json
refuses 3 'object 2 is no JSON object' "an object that is cut" head --format json cut.json
cp list.json data.json
saves data.json 'goto 1 name' 'edit Eve' 'save! data.json'
good "a list stays a list" sh -c 'head -n 1 data.json | grep -qF "["'
run convert data.json
out_has '^1,Eve' "with the change"
run clean lines.txt --method trim
out_has '^id,name,at$' "stdout is CSV"
finish
