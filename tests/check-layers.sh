#!/bin/sh
# The house keeps its rooms: #include lines against the room table of doc/architecture.md, library headers only where they
# belong, and every file of src/ named there.
src=$top_srcdir/src
plan=$top_srcdir/doc/architecture.md
count=0
failed=0
result() { # STATUS NAME
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; failed=1; fi
}

# room | rooms it may include ("" = main.c)
allowed() {
    case $1 in
    base) echo ;;
    data) echo base ;;
    io | stat) echo base data ;;
    expr) echo base data stat ;;
    profile) echo base data stat expr ;;
    steps) echo base data stat expr profile ;;
    compare | plot) echo base data stat profile ;;
    recipe) echo base data expr ;;
    report) echo base data plot ;;
    app) echo base data io stat expr profile steps compare plot recipe report ;;
    script) echo base data expr recipe app ;;
    tui) echo base data plot app ;;
    cli) echo base data app ;;
    *) echo base app script tui cli ;;
    esac
}

owner() { # library header -> room
    case $1 in
    lua.h | lauxlib.h | lualib.h) echo script ;;
    *curses.h | panel.h | readline/*) echo tui ;;
    csv.h | zlib.h | zstd.h | lzma.h | bzlib.h | sqlite3.h | libpq-fe.h) echo io ;;
    pcre2.h | utf8proc.h | sodium.h | openssl/*) echo base ;;
    cblas.h | lapacke.h) echo stat ;;
    esac
}

bad=0
for file in $(cd "$src" && find . -name '*.[ch]' -o -name '*.def' | sed 's|^\./||' | sort); do
    room=${file%%/*}
    [ "$room" != "$file" ] || room=
    for target in $(sed -n 's/^ *# *include *[<"]\([^>"]*\)[>"].*/\1/p' "$src/$file"); do
        lib=$(owner "$target")
        if [ -n "$lib" ] && [ "$lib" != "$room" ]; then
            echo "# $file: only $lib may include <$target>"
            bad=1
        fi
        other=${target%%/*}
        [ "$other" != "$target" ] && [ -d "$src/$other" ] && [ "$other" != "$room" ] || continue
        [ "$room $target" != "recipe steps/step.h" ] || continue
        case " $(allowed "$room") " in
        *" $other "*) ;;
        *) echo "# $file: '${room:-main}' may not include '$target'"; bad=1 ;;
        esac
    done
done
result $bad "rooms include only what their row allows"

bad=0
for file in $(cd "$src" && find . -name '*.[ch]' -o -name '*.def' | sed 's|^\./||' | sort); do
    grep -qF -e "src/$file\`" -e "\`${file##*/}\`" "$plan" || { echo "# doc/architecture.md does not name src/$file"; bad=1; }
done
result $bad "doc/architecture.md names every file of src"

bad=0
for file in $(grep -o '`src/[^`]*\.[chdef]*`' "$plan" | tr -d '`' | sort -u); do
    [ -e "$top_srcdir/$file" ] || { echo "# doc/architecture.md names $file, which is not there"; bad=1; }
done
result $bad "doc/architecture.md names no file that is gone"

bad=$(find "$src" -name '*.[ch]' -exec grep -nE '\b(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|atof|gets|strncpy|strncat|rand|srand|alloca|system|popen|strtod)[ ]*\(' {} + |
    grep -vE ':[0-9]+: *(\*|//|/\*)' | sed 's/^/# /' | tee /dev/stderr | wc -l)
result "$bad" "banned functions are not called"
echo "1..$count"
exit $failed
