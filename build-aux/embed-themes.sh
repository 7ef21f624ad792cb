#!/bin/sh
# embed-themes.sh FILE.theme…: the text of theme files as C, sorted by name, on stdout
echo '/* Made by build-aux/embed-themes.sh from themes/. */'
echo '#include "tui/themes_builtin.h"'
echo
echo 'const tw_theme_text tw_themes_builtin[] = {'
count=0
for file in "$@"; do
    name=$(basename "$file" .theme)
    echo "    {\"$name\","
    sed 's/\\/\\\\/g; s/"/\\"/g; s/^/     "/; s/$/\\n"/' "$file"
    echo '    },'
    count=$((count + 1))
done
echo '};'
echo "const size_t tw_themes_builtin_count = $count;"
