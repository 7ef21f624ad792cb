#!/bin/sh
# No writable variables at file scope but those that tests/globals.allow gives a reason for.
# A line there: SOURCE SYMBOL REASON. Relocated constants (.data.rel.ro) are constants.
allow=$top_srcdir/tests/globals.allow
found=$(for archive in "$top_builddir"/libtrowel-*.a; do objdump -t "$archive" 2>/dev/null; done |
    awk '/file format/ { file = $1 }
         $0 ~ / O / || $0 ~ /\*COM\*/ { section = $(NF - 2); if (section ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && section !~ /rel\.ro/) print file, $NF }' |
    grep -vE ' (__|_GLOBAL_|\.)' | sort -u |
    while read -r object symbol; do
        grep -qE "^[^ #]+ +${symbol%%.[0-9]*} +[^ ]" "$allow" 2>/dev/null || echo "# $object: $symbol is writable and has no line in tests/globals.allow"
    done)
if [ -z "$found" ]; then
    echo "ok 1 - no writable globals without a reason"
else
    echo "$found"
    echo "not ok 1 - no writable globals without a reason"
fi
echo "1..1"
[ -z "$found" ]
