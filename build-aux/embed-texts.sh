#!/bin/sh
# embed-texts.sh HEADER TYPE NAME FILE…: text files as a C array of {name, text} called NAME, and NAME_count, on stdout
header=$1 type=$2 array=$3
shift 3
printf '/* Made by build-aux/embed-texts.sh. */\n#include "%s"\n\nconst %s %s[] = {\n' "$header" "$type" "$array"
for file in "$@"; do
    name=$(basename "$file")
    printf '    {"%s",\n' "${name%.*}"
    sed 's/\\/\\\\/g; s/"/\\"/g; s/^/     "/; s/$/\\n"/' "$file"
    echo '    },'
done
printf '};\nconst size_t %s_count = %s;\n' "$array" "$#"
