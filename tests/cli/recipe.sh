#!/bin/sh
# Recipes: run, fit and apply; the same bytes on screen and off it, on one thread and on four; recipes that go wrong.
. "${top_srcdir:?}/tests/lib.sh"

printf 'id,city,age\n1,Oslo,40\n2,Bergen,\n3,oslo,25\n4,Oslo,61\n5,Bergen,33\n' >a.csv
printf 'id,city,age\n6,Bergen,\n7,Oslo,19\n' >b.csv
cat >r.lua <<'LUA'
local r = trowel.recipe "r"
r:map_values    { cols = "city", map = { oslo = "Oslo" } }
r:impute_median { cols = "age" }
r:mutate        { double = "age * 2" }
return r
LUA

run run r.lua a.csv
out_is 'id,city,age,double
1,Oslo,40,80
2,Bergen,36,72
3,Oslo,25,50
4,Oslo,61,122
5,Bergen,33,66' "run"
"$TROWEL" run - a.csv <r.lua >piped.csv
good "a recipe from stdin" cmp .out piped.csv
"$TROWEL" run r.lua - <a.csv >piped.csv
good "and data from stdin" cmp .out piped.csv
refuses 2 'both the recipe and the data' "but not both" run - -
run run r.lua a.csv -o out.csv
good "with a manifest" grep -q '"impute_median"' out.csv.manifest.json
good "that names recipe and input" grep -q '"name": "a.csv"' out.csv.manifest.json
run fit r.lua a.csv -o r.state
status 0 "fit"
run apply r.state b.csv
out_is 'id,city,age,double
6,Bergen,36,72
7,Oslo,19,38' "apply uses what was learnt, not the new file"
refuses 2 "'out' is missing|out" "fit says where to" fit r.lua a.csv

# --- synthesis, on screen and off it
cat >synth <<'LINES'
wait idle
synth --method trees -n 50
wait idle
save! synth-screen.csv
recipe-save synth.lua
LINES
run --headless 100x30 --script synth a.csv
status 0 "a synthetic dataset on screen"
run run synth.lua a.csv -o synth-run.csv
good "its recipe is its source's plus the synthesis" cmp synth-run.csv synth-screen.csv

printf 'local r = trowel.recipe "x"\nr:synth_trees { n = 20 }\nr:mutate { double = "age * 2" }\nreturn r\n' >more.lua
printf 'recipe-run more.lua\nwait idle\nexpect /double/\nsave! more-screen.csv\n' >more
run --headless 100x30 --script more a.csv
status 0 "steps behind a synthesis go on with its dataset"
run run more.lua a.csv -o more-run.csv
good "as they do headless" cmp more-run.csv more-screen.csv

# --- recipes that go wrong
refuses 3 'No such file' "a recipe that is not there" run nowhere.lua a.csv
echo 'this is not Lua' >bad.lua
refuses 3 'bad.lua' "a recipe that is no Lua" run bad.lua a.csv
printf 'local r = trowel.recipe "x"\nr:impute_mediann { }\nreturn r\n' >bad.lua
refuses 3 'impute_median' "a step that is none, with the nearest" run bad.lua a.csv
printf 'local r = trowel.recipe "x"\nr:trim { cols = "nope" }\nreturn r\n' >bad.lua
refuses 3 'nope' "a column the file lacks" run bad.lua a.csv
run run bad.lua a.csv --partial
status 0 "--partial goes on"
err_has 'nope|skip' "and says what it left out"
printf 'local r = trowel.recipe "x"\nr:trim { cols = "town" }\nreturn r\n' >town.lua
run run town.lua a.csv --map city=town
status 0 "--map gives a column another part"
good "and the file keeps its names" test "$(head -n 1 .out)" = id,city,age
printf 'os.execute("true")\n' >bad.lua
refuses 3 'bad.lua' "the system is out of reach" run bad.lua a.csv
printf 'while true do end\n' >loop.lua
TROWEL_RECIPE_SECONDS=0.2
export TROWEL_RECIPE_SECONDS
refuses 4 'loop.lua' "a recipe that loops for ever" run loop.lua a.csv
printf 'local s = "x" while true do s = s .. s end\n' >big.lua
refuses 4 'big.lua' "one that eats memory" run big.lua a.csv
good "nothing was written" test ! -e loop.out
refuses 3 'a.csv' "data are no state" apply a.csv b.csv
sed 's/"version"/"verzion"/; s/^{/{{/' r.state >broken.state
refuses 3 'broken.state' "a damaged state" apply broken.state b.csv
printf 'id,town\n1,x\n' >c.csv
refuses 3 'age|city' "a file without the columns" apply r.state c.csv

finish
