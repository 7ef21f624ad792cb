#!/bin/sh
# In a real terminal (tmux): first screen, keys, resize, suspend, death by signal, leaving; the shell gets its screen back.
# Waits are polls with a deadline, never fixed pauses.
: "${TROWEL:?set TROWEL to the program to test}"
top=${top_srcdir:-$(dirname "$0")/../..}
top=$(cd "$top" && pwd)
case $TROWEL in /*) ;; *) TROWEL=$(pwd)/$TROWEL ;; esac
if ! command -v tmux >/dev/null 2>&1 || ! command -v pgrep >/dev/null 2>&1; then
    echo "1..0 # SKIP there is no tmux or no pgrep"
    exit 0
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/trowel-tmux.XXXXXX") || exit 99
tm() { tmux -S "$work/socket" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null; rm -rf "$work"' EXIT
cp "$top/samples/patients.csv" "$work/patients.csv"
count=0
failures=0

# Until the screen shows REGEX, at most ten seconds.
shows() {
    tries=0
    while ! tm capture-pane -p 2>/dev/null | grep -Eq -- "$1"; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || break
        sleep 0.05
    done
    count=$((count + 1))
    if [ "$tries" -lt 200 ]; then
        echo "ok $count - $2"
    else
        failures=$((failures + 1))
        echo "not ok $count - $2"
        tm capture-pane -p | sed 's/^/# /;20q'
    fi
}

if ! tm new-session -d -x 100 -y 24 "cd $work && exec env -i PATH=\"$PATH\" HOME=$work TERM=screen LC_ALL=C.UTF-8 PS1='ready> ' sh" 2>"$work/why"; then
    echo "1..0 # SKIP tmux does not start: $(head -n 1 "$work/why")"
    exit 0
fi
program() { pgrep -P "$(tm list-panes -F '#{pane_pid}')" 2>/dev/null | tail -n 1; }
# Kill the program with SIGNAL and wait until it is gone: keys typed before that would be its own.
end_by() {
    pid=$(program)
    kill "-$1" "$pid" 2>/dev/null
    gone
}
gone() {
    tries=0
    while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 200 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
}
shows 'ready>' "a shell"
tm send-keys "$TROWEL patients.csv" Enter
shows '5,018 rows' "the first screen counts the rows"
tm send-keys ']'
shows 'sorted by -patient_id' "a key runs its command"
tm send-keys g
shows 'go top' "what can follow a prefix pops up"
tm send-keys C-c ':' 'filter sex == "F"' Enter
shows 'where sex == "F"' "a prompt edits and runs a line"
tm resize-window -x 30 -y 5
shows '^ patients +[0-9,]+' "a smaller window"
tm resize-window -x 1 -y 1
tm resize-window -x 90 -y 20
shows 'commands' "one cell and back"
tm send-keys C-z
shows 'Stopped|ready> *$' "suspended"
tm send-keys fg Enter
shows 'where sex == "F"' "and back in the foreground"
tm send-keys Q
shows 'ready> *$' "Q leaves"
tm send-keys 'stty -a | grep -c " icanon" | sed s/^/cooked:/' Enter
shows 'cooked:1' "the terminal is as it was"
tm send-keys clear Enter "$TROWEL patients.csv" Enter
shows '5,018 rows' "once more"
end_by TERM
tm send-keys 'clear; stty -a | grep -c " icanon" | sed s/^/again:/' Enter
shows 'again:1' "killed by SIGTERM it leaves the terminal as it was"
tm send-keys clear Enter "ulimit -c 0; $TROWEL patients.csv" Enter
shows '5,018 rows' "and again"
end_by SEGV
tm send-keys 'clear; stty -a | grep -c " icanon" | sed s/^/crashed:/' Enter
shows 'crashed:1' "a crash leaves the terminal as it was"
tm send-keys clear Enter "TERM=dumb $TROWEL patients.csv" Enter
shows 'trowel>' "a dumb terminal gets the line mode"
tm send-keys count Enter
shows '5018' "where commands work"
tm send-keys C-d
mkfifo "$work/go"
tm send-keys clear Enter "(printf 'id,v\\n1,x\\n2,y\\n'; cat go; sleep 60) | $TROWEL" Enter
shows '2 rows .*still reading' "data on stdin show while they come"
tm send-keys G
shows ' 2/2' "and keys come from the terminal"
seq 3 40 | sed 's/$/,z/' >"$work/go"
shows '40 rows .*still reading' "rows are added"
tm send-keys C-c
shows '40 rows × 2 columns +[0-9]' "Ctrl-C stops the stream there"
tm send-keys ':filter id > 38' Enter
shows '2 of 40 rows' "what has come is the table"
tm send-keys Q
tm send-keys C-c
tm send-keys clear Enter "NO_COLOR=1 TERM=xterm-256color PATH=/nonexistent $TROWEL patients.csv" Enter
shows '5,018 rows' "without colours and without gnuplot"
tm send-keys ':plot hist(age)' Enter
shows '█' "charts are drawn without gnuplot"
tm capture-pane -pe | grep -Eq '\[(3|4|9|10)[0-7]' && failures=$((failures + 1)) && echo "# colours in spite of NO_COLOR"
pid=$(program)
tm kill-server
gone
count=$((count + 1))
if [ "$tries" -lt 200 ]; then
    echo "ok $count - the program ends with its terminal"
else
    failures=$((failures + 1))
    echo "not ok $count - the program ends with its terminal"
fi
echo "1..$count"
[ "$failures" -eq 0 ]
