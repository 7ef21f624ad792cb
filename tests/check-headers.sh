#!/bin/sh
# Every header compiles alone, and so says itself what it needs.
src=$top_srcdir/src
cc=${CC:-cc}
count=0
failed=0
list=$(cd "$src" && find . -name '*.h' | sed 's|^\./||' | sort)
for header in $list; do
    count=$((count + 1))
    if printf '#include "%s"\n' "$header" | $cc -std=gnu17 -Wall -Wextra -Werror -I"$src" -I"$top_builddir" $HEADER_CFLAGS -fsyntax-only -x c - 2>&1 |
        sed 's/^/# /' | { ! grep . ; }; then
        echo "ok $count - $header"
    else
        echo "not ok $count - $header"
        failed=1
    fi
done
echo "1..$count"
exit $failed
