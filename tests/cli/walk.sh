#!/bin/sh
# The walk: a file opened, profiled, repaired, imputed, masked, balanced and saved on screen; the recipe recorded on the way
# gives the same bytes without a screen, with any number of threads; then synthesis, comparison and a chart.
. "$(dirname "$0")/../lib.sh"

run keygen mask.key
status 0 "a key is written"

cat >walk.script <<'EOF'
wait idle
profile
wait idle
expect /patient_id/
findings
wait idle
expect /city 'Trxndheim'/
accept 2
accept 3
impute --method knn --cols bmi,glucose,cholesterol
mask --method shape --cols email --kind email
mask --method tokenize --cols patient_id --key-file mask.key --domain patient
augment --method oversample --target readmitted --ratio 0.25
undo
redo
wait idle
expect /5,952 rows/
plot hist(age)
expect /hist\(age\)/
save screen.csv
wait idle
recipe-save walk.lua
synth --method trees -n 500
wait idle
expect /patients-synth/
save synthetic.csv
compare patients
wait idle
expect /overall/
EOF
run --headless 120x30 --script walk.script "$samples/patients.csv"
status 0 "the walk runs on screen"
good "it leaves data" test -s screen.csv
good "and a recipe by name and method" grep -q 'r:impute_knn .*"bmi", "glucose", "cholesterol"' walk.lua

for threads in 1 2 4; do
    run run walk.lua "$samples/patients.csv" --key-file mask.key --threads $threads -o "plain-$threads.csv"
    status 0 "the recipe runs without a screen on $threads thread(s)"
    good "and leaves the same bytes" cmp screen.csv "plain-$threads.csv"
done
good "and the same manifest" cmp plain-1.csv.manifest.json plain-4.csv.manifest.json
good "the manifest names the steps" grep -q '"method": "augment_oversample"' plain-1.csv.manifest.json
good "and holds no key, nor does the recipe" sh -c '! grep -qf mask.key plain-1.csv.manifest.json walk.lua'

run compare screen.csv synthetic.csv --json
status 0 "real and synthetic are compared"
out_has '"overall": 0\.[89]' "and are alike"
if command -v gnuplot >/dev/null; then
    run plot screen.csv 'hist(age)' -o age.svg
    status 0 "a chart is saved"
    good "as a picture" grep -q '<svg' age.svg
else
    skip "gnuplot is not here" 2
fi
run plot screen.csv 'hist(age)' -o age.gp
status 0 "a chart is saved as a script without gnuplot"
finish
