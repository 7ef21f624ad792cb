# TAP for shell tests of the program. A test sources this, runs and checks, and ends with `finish`.
#
#   run head -n 3 a.csv      the program with these words; its output, messages and status are kept
#   status 0 "desc"          the status was
#   out_is "text" "desc"     stdout was exactly this (a final newline is added)
#   out_has "regex" "desc"   stdout has a line that matches; err_has the same for stderr; err_is_empty
#   good "desc" command…     the command succeeds
#   skip "why" N             N tests are left out
#
# Each test works in a folder of its own that is removed at the end.
: "${TROWEL:?set TROWEL to the program to test}"
samples=${top_srcdir:-$(dirname "$0")/../..}/samples
count=0
failures=0
work=$(mktemp -d "${TMPDIR:-/tmp}/trowel-cli.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
LC_ALL=C.UTF-8
TZ=UTC
XDG_STATE_HOME=$work/.state
XDG_CONFIG_HOME=$work/.config
export LC_ALL TZ XDG_STATE_HOME XDG_CONFIG_HOME

run() {
    "$TROWEL" "$@" >.out 2>.err </dev/null
    rc=$?
}

result() {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
        return
    fi
    failures=$((failures + 1))
    echo "not ok $count - $2"
    sed 's/^/# out: /;20q' .out
    sed 's/^/# err: /;20q' .err
}

status() {
    [ "$rc" -eq "$1" ]
    result $? "$2"
    [ "$rc" -eq "$1" ] || echo "# status $rc, wanted $1"
}

out_is() {
    printf '%s\n' "$1" | cmp -s - .out
    result $? "$2"
}

out_has() {
    grep -Eq -- "$1" .out
    result $? "$2"
}

err_has() {
    grep -Eq -- "$1" .err
    result $? "$2"
}

err_is_empty() {
    [ ! -s .err ]
    result $? "$1"
}

good() {
    desc=$1
    shift
    "$@" >.good 2>&1
    result $? "$desc"
}

skip() {
    i=0
    while [ "$i" -lt "$2" ]; do
        count=$((count + 1))
        i=$((i + 1))
        echo "ok $count # SKIP $1"
    done
}

# A failing call: status, and what the message must say.
refuses() {
    wanted=$1
    says=$2
    desc=$3
    shift 3
    run "$@"
    [ "$rc" -eq "$wanted" ] && grep -Eq -- "$says" .err
    result $? "$desc"
    [ "$rc" -eq "$wanted" ] || echo "# status $rc, wanted $wanted"
}

finish() {
    echo "1..$count"
    [ "$failures" -eq 0 ]
    exit
}
