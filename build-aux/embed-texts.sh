#!/bin/sh
# embed-texts.sh HEADER TYPE NAME FILE…: text files as a C array of {name, text} called NAME, and NAME_count, on stdout.
# Byte by byte: string literals of more than 4095 bytes are not portable C.
header=$1 type=$2 array=$3
shift 3
printf '/* Made by build-aux/embed-texts.sh. */\n#include "%s"\n\n' "$header"
number=0
for file in "$@"; do
    printf 'static const char text_%d[] = {\n' "$number"
    od -An -v -to1 "$file" | sed "s/ *\([0-7][0-7]*\)/'\\\\\1', /g"
    echo "    '\\0'};"
    number=$((number + 1))
done
printf '\nconst %s %s[] = {\n' "$type" "$array"
number=0
for file in "$@"; do
    name=$(basename "$file")
    printf '    {"%s", text_%d},\n' "${name%.*}" "$number"
    number=$((number + 1))
done
printf '};\nconst size_t %s_count = %s;\n' "$array" "$#"
