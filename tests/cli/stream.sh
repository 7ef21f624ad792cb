#!/bin/sh
# Pipes and FIFOs: what comes through them is read as a file of the same bytes would be, shown while it comes, and kept in
# a temporary file when it is larger than the memory allowed.
. "${top_srcdir:?}/tests/lib.sh"

# Runs at the end of a pipeline, so in a shell of its own: the status goes through a file.
pipe() {
    "$TROWEL" "$@" >.out 2>.err
    echo $? >.rc
}
piped() {
    rc=$(cat .rc)
    status "$@"
}

run sniff "$samples/patients.csv" --json
grep -Ev '"file"|characters of several bytes' .out >want
pipe sniff - --json <"$samples/patients.csv"
grep -Ev '"file"|characters of several bytes' .out >got
good "stdin is understood as the file is" cmp got want
for words in 'count' 'tail -n 3' 'slice 4000:4002' 'select age,city' 'where age>80' 'sort -age' 'frequency city' 'profile --columns-only'; do
    # shellcheck disable=SC2086 # words of a call
    run $words "$samples/patients.csv"
    cp .out want
    # shellcheck disable=SC2002,SC2086 # a pipe is what is tested
    cat "$samples/patients.csv" | pipe $words -
    good "$words reads a pipe" cmp .out want
done
mkfifo in.fifo
cat "$samples/patients.csv" >in.fifo &
run count in.fifo
wait
out_is 5018 "a FIFO is a stream too"
gzip -c "$samples/patients.csv" | pipe count -
out_is 5018 "packed or not"
printf '{"a": 1}\n{"a": 2}\n' | pipe head - --format jsonl
out_is 'a
1
2' "of any format"
yes 1,2 | pipe head -n 2 -
piped 0 "the head of a stream without end comes"
printf '' | pipe count -
out_is 0 "nothing is an empty table"
pipe convert - -o from_pipe.csv <"$samples/patients.csv"
run convert "$samples/patients.csv" -o from_file.csv
good "convert writes the same" cmp from_pipe.csv from_file.csv

{ seq 1 60000; printf 'caf\351\n'; } | sed 's/$/,x/' >late.csv
run tail -n 1 late.csv --json
cp .out want
# shellcheck disable=SC2002
cat late.csv | pipe tail -n 1 - --json
good "an encoding that shows late is read as in a file" cmp .out want
good "and is right" grep -q 'café' .out

# --- larger than memory
mkdir spool
seq 1 200000 | sed 's/$/,abcdefghij/' >big.csv
TMPDIR=$work/spool
export TMPDIR
# shellcheck disable=SC2002
cat big.csv | pipe tail -n 1 - --memory 100k
out_is '200000,abcdefghij' "a stream larger than --memory"
good "leaves nothing in TMPDIR" sh -c '[ -z "$(ls -A spool)" ]'
# shellcheck disable=SC2002
cat big.csv | (ulimit -f 200 && exec "$TROWEL" count - --memory 100k) >.out 2>.err
rc=$?
status 4 "a full disk"
err_has 'TMPDIR' "is said, with a way out"
yes 1,2 | pipe count - --memory 100k --spool 1M
piped 4 "a stream without end is not read for ever"
err_has '-: .*fill the memory and the temporary file.* --spool' "and why is said"
mkfifo endless.fifo
yes 1,2 >endless.fifo &
printf '%s\n' 'open endless.fifo --memory 100k --spool 1M --header none' 'try wait idle' 'goto 7' 'where c1 == 1' 'wait idle' \
    'goto 7' 'screen' >endless.script
run --headless 60x8 --script endless.script
status 0 "on screen what has come can be used"
out_has '^ *7  *1  *2' "as a table"
TMPDIR=$work/nowhere
# shellcheck disable=SC2002
cat big.csv | pipe count - --memory 100k
piped 4 "no place for a temporary file"
unset TMPDIR

# --- on screen while it comes: the script's screen goes through a FIFO that the writer waits for
mkfifo go.fifo
cat >live.script <<'EOF'
screen go.fifo
wait idle
screen
where id > 3
wait idle
expect /2 rows/
EOF
{
    printf 'id,v\n1,x\n2,y\n'
    cat go.fifo >first.screen
    printf '3,z\n4,u\n5,w\n'
} | pipe --headless 60x8 --script live.script -
piped 0 "a stream opens on screen"
good "with what has come" grep -q '^ *2  *2  *y' first.screen
good "and a mark that more may come" grep -q 'still reading' first.screen
out_has '5 rows × 2 columns' "its end makes it a table"
good "without the mark" sh -c '! grep -q "still reading" .out'

finish
