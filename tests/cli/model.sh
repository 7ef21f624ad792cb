#!/bin/sh
# Saved models: the same rows without the data, others on demand, conditions, damage.
. "${top_srcdir:?}/tests/lib.sh"

{
    echo 'id,city,age,income,note'
    i=0
    while [ $i -lt 400 ]; do
        i=$((i + 1))
        case $((i % 5)) in
        0) echo "P-$i,Oslo,$((20 + i % 50)),$((i * 37 % 900)).25," ;;
        1 | 2) echo "P-$i,Bergen,$((30 + i % 40)),,x" ;;
        *) echo "P-$i,Bodø,$((18 + i % 60)),$((i * 11 % 500)).50,y" ;;
        esac
    done
} >a.csv

run synth a.csv --method trees -n 150 --save m.model -o s.csv
status 0 "a model is saved beside the rows"
err_has 'keep it as you keep the data' "and what it holds is said"
good "in itself too" grep -q '"contains_rows": true' m.model
good "it holds none of the unique texts" sh -c '! grep -q "P-[1-9][0-9]*" m.model'
mkdir elsewhere && mv a.csv elsewhere/a.csv
run synth --model m.model -o t.csv
status 0 "rows come from it without the data"
good "the same rows" cmp s.csv t.csv
good "and the manifest names the model" grep -q '"name": "m.model"' t.csv.manifest.json
run synth --model m.model --method trees --threads 4
good "on any number of threads" cmp -s .out s.csv
run synth --model m.model -n 20
good "fewer are the first of them" sh -c 'head -n 21 s.csv | cmp -s - .out'
run synth --model m.model --seed 5 -o u.csv
good "another seed gives others" sh -c '! cmp -s s.csv u.csv'
run synth --model m.model -n 3 --json
out_has '"rows"' "as JSON too"

# --- conditions: the rows are those of the plain sequence for which it holds
run synth --model m.model -n 2000 -o many.csv
run where "city == 'Oslo' and age < 40" many.csv -o oslo.csv
run synth --model m.model -n 25 --given "city == 'Oslo' and age < 40"
status 0 "a condition"
good "is met by rejection alone" sh -c 'head -n 26 oslo.csv | cmp -s - .out'
run synth elsewhere/a.csv -n 25 --given "city == 'Oslo' and age < 40"
status 0 "the same from the data"
good "gives the same" sh -c 'head -n 26 oslo.csv | cmp -s - .out'
refuses 3 "held for none of" "a level nobody has" synth --model m.model -n 5 --given "city == 'Rome'" -o never.csv
refuses 3 "too rare" "a condition too rare" synth elsewhere/a.csv -n 300 --tries 1 --given "city == 'Oslo'" -o never.csv
refuses 2 "town" "an unknown column" synth --model m.model --given "town == 'Oslo'" -o never.csv
refuses 2 "expression" "half a condition" synth elsewhere/a.csv --given "age >" -o never.csv
refuses 2 "no condition" "a number" synth elsewhere/a.csv --given "age + 1" -o never.csv

# --- a recipe's state is a model
printf 'local r = trowel.recipe "r"\nr:drop "note"\nr:synth_trees { n = 30, bag = 2 }\nr:mutate { double = "age * 2" }\nreturn r\n' >r.lua
run fit r.lua elsewhere/a.csv -o r.state
status 0 "a recipe with a synthesis is fitted"
run run r.lua elsewhere/a.csv -o r1.csv
run synth --model r.state -o r2.csv
status 0 "and drawn from"
good "steps behind the synthesis follow" cmp r1.csv r2.csv
refuses 3 "synth --model" "apply points there" apply r.state elsewhere/a.csv -o never.csv
printf 'local r = trowel.recipe "r"\nr:trim "city"\nreturn r\n' >t.lua
run fit t.lua elsewhere/a.csv -o t.state
refuses 3 "makes new rows" "a state without a synthesis is none" synth --model t.state -o never.csv

# --- wrong calls and damaged files
refuses 2 "leave 'elsewhere/a.csv' out" "a model and data" synth elsewhere/a.csv --model m.model -o never.csv
refuses 2 "settled" "what fitting settled" synth --model m.model --leaf 5 -o never.csv
refuses 2 "leave --save out" "a model of a model" synth --model m.model --save x.model -o never.csv
refuses 2 "epsilon" "no epsilon: trees are not differentially private" synth elsewhere/a.csv --method trees --epsilon 1
refuses 2 "named twice" "the rows over the model" synth --model m.model -o m.model
refuses 2 "named twice" "the model over the rows" synth elsewhere/a.csv --save x.csv -o x.csv
refuses 2 "it is the input" "the model over the data" synth elsewhere/a.csv --save elsewhere/a.csv -o never.csv
refuses 2 "place to write over" "nothing to write over" synth --model m.model --in-place
refuses 3 "nowhere.model" "no such model" synth --model nowhere.model -o never.csv
head -c 20000 m.model >cut.model
refuses 3 "cut.model" "a model cut short" synth --model cut.model -o never.csv
sed 's/"unit": 1,/"unit": 2,/; s/"unit":1,/"unit":2,/' m.model >changed.model
refuses 3 "hash" "a model changed" synth --model changed.model -o never.csv
sed 's/"trowel_state": 1/"trowel_state": 99/' m.model >later.model
refuses 3 "version 99" "a model of a later version" synth --model later.model -o never.csv
refuses 3 "s.csv" "data are no model" synth --model s.csv -o never.csv
good "nothing was written" test ! -e never.csv -a ! -e x.model -a ! -e x.csv
mkdir taken.csv
refuses 4 "taken.csv" "rows that cannot be written" synth elsewhere/a.csv -n 5 --save late.model -o taken.csv
good "leave no model either" test ! -e late.model

# --- on screen
cat >script <<'LINES'
wait idle
synth --method trees -n 40 --save screen.model
wait idle
save! screen.csv
synth --model screen.model
wait idle
expect /rows drawn from screen.model/
save! again.csv
rename age years
wait idle
recipe-save again.lua
save! more.csv
LINES
run --headless 100x30 --script script elsewhere/a.csv
status 0 "saved and drawn from on screen"
good "the same rows" cmp screen.csv again.csv
run run again.lua elsewhere/a.csv
good "their recipe is the model's and what came behind" cmp -s .out more.csv
finish
