#!/bin/sh
# Random keys at random sizes: whatever is typed, the program goes on and paints. KEYS and SEED may be set for longer runs.
: "${TROWEL:?set TROWEL to the program to test}"
top=${top_srcdir:-$(dirname "$0")/../..}
top=$(cd "$top" && pwd)
case $TROWEL in /*) ;; *) TROWEL=$(pwd)/$TROWEL ;; esac
keys=${KEYS:-10000}
work=$(mktemp -d "${TMPDIR:-/tmp}/trowel-random.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
head -n 200 "$top/samples/patients.csv" >"$work/patients.csv"
cd "$work" || exit 99

# Lines of 20 keys from a generator of our own, so that every awk gives the same; quitting keys are left out.
awk -v keys="$keys" -v seed="${SEED:-1}" '
    function draw(n) { seed = (seed * 1103515245 + 12345) % 2147483648; return int(seed / 65536) % n }
    BEGIN {
        n = split("<Enter> <Esc> <Tab> <S-Tab> <BS> <Del> <Space> <Lt> <Up> <Down> <Left> <Right> <Home> <End> <PgUp> <PgDn> " \
                  "<F1> <C-p> <C-r> <C-u> <C-d> <C-f> <C-b> <C-a> <C-k> <C-w> <C-t> <C-c> <M-x> <M-b> <Click-5-5> <Click-60-9> " \
                  "<WheelUp> <WheelDown> <Paste> <PasteEnd> " \
                  "a b c d e f g h i j k l m n o p r s t u v w x y z A B C D E F G H I J K L M N O P R S T U V W X Y Z 0 1 2 3 4 5 $ ^ [ ] , . / : ; ? ! @ # % & ~ _ - = ( ) " \
                  "{ } | \\ \" æ ø 漢 é 🙂", key, " ")
        print "set findings false"
        for (i = 0; i < keys; i += 20) {
            if (i % 400 == 0) print "resize " 1 + draw(130) "x" 1 + draw(50)
            line = draw(2) ? "<PasteEnd><Esc><Esc><Esc>" : "" # prompts would take nearly all of it
            for (k = 0; k < 20; k++) line = line key[1 + draw(n)]
            print "keys " line
            if (i % 200 == 0) print "screen /dev/null"
        }
        print "keys <PasteEnd><Esc><Esc><Esc>"; print "wait idle"; print "resize 80x24"; print "screen end"
    }' >script
timeout "${LIMIT:-300}" "$TROWEL" --headless 80x24 --script script patients.csv >out 2>err
rc=$?
[ "$rc" != 0 ] || [ -s end ] || rc="0, but it left before the end"
if [ "$rc" = 0 ]; then
    echo "ok 1 - $keys random keys"
else
    echo "not ok 1 - $keys random keys (status $rc)"
    sed 's/^/# /;20q' err
fi
echo "1..1"
[ "$rc" = 0 ]
