#!/bin/sh
# What lies in the folders that are installed stands in Makefile.am's lists, and the tests that lie there are run.
cd "$top_srcdir" || exit 1
count=0
failed=0
named() { # NAME, then files on stdin
    count=$((count + 1))
    bad=0
    while read -r file; do
        grep -qE "(^|[ =])${file}( |\$)" Makefile.am || { echo "# Makefile.am does not name $file"; bad=1; }
    done
    if [ "$bad" -eq 0 ]; then echo "ok $count - $1"; else echo "not ok $count - $1"; failed=1; fi
}
list() { # FOLDER: its files, without what somebody's own work left there
    git ls-files "$1" 2>/dev/null | grep . || find "$1" -type f | sort
}
for folder in doc lua samples themes plugins; do
    [ ! -d "$folder" ] || list "$folder" >"$top_builddir/shipped.list"
    [ ! -d "$folder" ] || named "all of $folder is installed" <"$top_builddir/shipped.list"
done
list tests | sed -n 's|\(.*/test_[^/]*\)\.c$|\1|p' >"$top_builddir/shipped.list"
named "all unit tests are run" <"$top_builddir/shipped.list"
rm -f "$top_builddir/shipped.list"
echo "1..$count"
exit "$failed"
