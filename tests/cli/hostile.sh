#!/bin/sh
# What goes wrong while the program works: files cut short underneath, gnuplot missing, dead or dying, recipes without end,
# data a step cannot take, a screen of one cell. Each has its message and its exit status, and leaves no output behind.
. "${top_srcdir:?}/tests/lib.sh"

# --- a file that is cut short while it is open: the program opens it, then waits for its script.
# What was read before is still good; what was not is an error, never the end of the program.
# A small file is held whole, a large one is not.
mkfifo lines
cut_while_open() { # ROWS
    cp cut.csv whole.csv
    {
        "$TROWEL" --headless 80x24 --script lines cut.csv >.out 2>.err </dev/null
        ended=$?
        : <>lines # a writer still waiting for a reader waits in vain
        exit "$ended"
    } &
    (
        trap '' PIPE
        exec 3>lines
        : >cut.csv
        printf 'resize 79x24\nscreen\ngoto 20\nprofile --columns-only\nsave copy.csv\n' >&3
    ) 2>.writer
    wait $!
    rc=$?
    [ "$rc" -eq 3 ] && grep -Eq 'cut\.csv: .*(cut short|changed)' .err || [ "$rc" -eq 0 ]
    result $? "a file of $1 records cut short while it is open"
    [ "$rc" -ne 0 ] && [ ! -e copy.csv ] || cmp -s copy.csv cut.csv || cmp -s copy.csv whole.csv
    result $? "is saved whole or not at all"
    rm -f copy.csv
}
for rows in 50 5000; do
    head -n "$rows" "$samples/patients.csv" >cut.csv
    cut_while_open "$rows"
done
{
    cat "$samples/transactions.csv"
    for i in 1 2 3 4 5 6 7; do sed 1d "$samples/transactions.csv"; done
} >cut.csv
cut_while_open 'many'

# --- paths
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
    printf 'a,b\n1,2\n' >secret.csv
    chmod 711 "$work" && chmod 600 secret.csv
    if setpriv --reuid 65534 --regid 65534 --clear-groups "$TROWEL" --version >/dev/null 2>&1; then
        setpriv --reuid 65534 --regid 65534 --clear-groups "$TROWEL" count secret.csv >.out 2>.err </dev/null
        rc=$?
        [ "$rc" -eq 3 ] && grep -q 'secret.csv: Permission denied' .err
        result $? "a file that another user may not read"
    else
        skip "another user cannot reach the program" 1
    fi
else
    skip "only root can become another user" 1
fi

# --- gnuplot missing, failing
printf 'a\n1\n2\n3\n' >a.csv
plots() { # PATH
    env PATH="$1" "$TROWEL" plot a.csv 'hist(a)' -o a.svg >.out 2>.err </dev/null
    rc=$?
}
plots /nonexistent
status 3 "gnuplot is missing"
err_has 'gnuplot: it is not installed.*install gnuplot' "which is said with what to do"
mkdir bin
printf '#!/bin/sh\nexit 1\n' >bin/gnuplot
chmod +x bin/gnuplot
plots "$work/bin"
status 3 "gnuplot ends at once"
err_has 'gnuplot: ' "which is said"
good "and no picture is left" test ! -e a.svg
printf '#!/bin/sh\nyes "no gnuplot"\n' >bin/gnuplot
plots "$work/bin:$PATH"
status 3 "gnuplot prints without end"
err_has 'gnuplot: it printed more than 64 MB.*check that it is the program' "which is not called slow"
printf '#!/bin/sh\nyes "no gnuplot" >&2\n' >bin/gnuplot
plots "$work/bin:$PATH"
status 3 "or complains without end"
mkfifo asked
printf '#!/bin/sh\nread line\necho up >asked\nexec sleep 100\n' >bin/gnuplot
env PATH="$work/bin:$PATH" "$TROWEL" plot a.csv 'hist(a)' -o a.svg >.out 2>.err </dev/null &
read -r up <asked
kill -INT $!
wait $!
rc=$?
status 130 "gnuplot hangs and is not waited for: ${up}, then Ctrl-C"
good "none of them leaves a picture or a part of one" sh -c '! ls a.svg* .trowel-* 2>/dev/null'
env PATH=/nonexistent "$TROWEL" plot a.csv 'hist(a)' >.out 2>.err </dev/null
rc=$?
status 0 "a chart in text needs no gnuplot"

# --- recipes
printf 'while true do end\n' >loop.lua
refuses 4 'loop.lua: it ran longer than' "a recipe without end" run loop.lua a.csv -o out.csv
printf 'local t = {}\nwhile true do t[#t + 1] = ("x"):rep(100000) .. #t end\n' >grow.lua
refuses 4 'grow.lua: it needs more than' "a recipe that takes all memory" run grow.lua a.csv -o out.csv
printf 'x = = 1\n' >syntax.lua
refuses 3 'syntax.lua:1: ' "a recipe that is no Lua" run syntax.lua a.csv -o out.csv
printf 'return os.getenv("HOME")\n' >reach.lua
refuses 3 'reach.lua' "a recipe that reaches outside" run reach.lua a.csv -o out.csv
printf 'local r = trowel.recipe "x"\nr:trimm { cols = "a" }\nreturn r\n' >step.lua
refuses 3 "step.lua:2: .*no step 'trimm'; did you mean trim" "a step that is not there" run step.lua a.csv -o out.csv
printf 'local r = trowel.recipe "x"\nr:trim { cols = "b" }\nreturn r\n' >column.lua
refuses 3 "no column 'b'" "a column the file lacks" run column.lua a.csv -o out.csv
refuses 3 'No such file' "a recipe that is not there" run none.lua a.csv -o out.csv
good "none of them leaves an output" test ! -e out.csv

# --- data a step cannot take
printf 'a,y\n1,x\n2,x\n3,x\n4,x\n' >class.csv
refuses 3 "class.csv: target 'y' has 1 class" "one class" augment --method oversample --target y class.csv
printf 'a,b\n' >header.csv
refuses 3 'header.csv: .*no rows' "no rows to learn from" synth --method trees -n 3 header.csv
refuses 2 'a key is needed' "a keyed mask without a key" mask --method tokenize --cols a a.csv
refuses 2 "no method 'medain'" "a method that is not there" impute --method medain a.csv

# --- errors as JSON
run count nowhere.csv --json
status 3 "errors with --json keep their status"
out_has '"exit": 3' "and stand in a document"

# --- the smallest screen
printf '%s\n' 'screen' 'plot hist(a)' 'wait idle' 'screen' 'keys ?jjkk<Esc>:goto<Esc><C-p>x<Esc>' 'profile' 'wait idle' \
    'screen' 'resize 2x1' 'screen' 'resize 1x2' 'screen' 'resize 300x100' 'screen' 'resize 1x1' 'screen' >tiny
run --headless 1x1 --script tiny a.csv
status 0 "a screen of one cell"
refuses 2 'is no size' "a screen without cells" --headless 0x0 --script tiny a.csv

# --- a cell that no screen can hold
{
    printf 'id,a\n1,x\n2,"'
    head -c 17000000 /dev/zero | tr '\0' y
    printf '"\n3,z\n'
} >cell.csv
printf 'wait idle\nscreen\n' >cell.script
run --headless 60x8 --script cell.script cell.csv
out_has '^2 +2 y{39}…' "a cell of 17 MB shows how it begins"

# --- one line of 64 MB
head -c 67108864 /dev/zero | tr '\0' x >line.csv
run count line.csv
status 0 "one line of 64 MB is counted"
run sniff line.csv --json
status 0 "and sniffed"

finish
