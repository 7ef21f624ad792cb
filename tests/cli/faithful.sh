#!/bin/sh
# Open and save gives the file's own bytes, and an edited cell changes its own bytes only, whatever the file looks like.
. "${top_srcdir:?}/tests/lib.sh"

# script LINE…: the lines run in a headless session on in.csv.
script() {
    printf '%s\n' "$@" >script
    run --headless 80x24 --script script in.csv
}

# same DESC FILE: FILE is `wanted` byte for byte.
same() {
    [ "$rc" -eq 0 ] && cmp -s "$2" "$3"
    result $? "$1"
    [ -f "$2" ] && cmp -s "$2" "$3" || { od -c "$2" | head -n 8; echo wanted; od -c "$3" | head -n 8; } 2>&1 | sed 's/^/# /'
}

# nasty NAME ROW COL FORMAT [ENCODING]: FORMAT is a printf format whose one %s is the cell at ROW, COL.
nasty() {
    # shellcheck disable=SC2059 # the format is the file
    printf "$4" cell >before && printf "$4" other >after
    if [ -n "${5:-}" ]; then
        for name in before after; do iconv -f UTF-8 -t "$5" <"$name" >coded && mv coded "$name"; done
    fi
    cp before in.csv
    script 'save saved.csv'
    same "$1: saved as it was" saved.csv before
    script "goto $2 $3" 'edit other' 'save edited.csv' 'edit cell' 'save again.csv'
    same "$1: one cell edited" edited.csv after
    same "$1: edited back" again.csv before
    script "goto $2 $3" 'edit other' undo 'save undone.csv' redo 'save in.csv'
    same "$1: edit undone" undone.csv before
    same "$1: saved over the source" in.csv after
    rm -f saved.csv edited.csv again.csv undone.csv in.csv
}

long=$(head -c 150000 /dev/zero | tr '\0' x)
nasty 'LF' 2 2 'id,name\n1,ada\n2,%s\n3,eve\n'
nasty 'CRLF' 2 2 'id,name\r\n1,ada\r\n2,%s\r\n3,eve\r\n'
nasty 'CR' 2 2 'id,name\r1,ada\r2,%s\r3,eve\r'
nasty 'mixed line ends' 2 2 'id,name\r\n1,ada\n2,%s\r\n3,eve\n4,bob\r\n'
nasty 'no final newline' 3 2 'id,name\n1,ada\n2,bob\n3,%s'
nasty 'no final newline, CRLF' 1 2 'id,name\r\n1,%s\r\n2,bob'
nasty 'byte order mark' 1 1 '\357\273\277name,id\n%s,1\nbob,2\n'
nasty 'UTF-16 little endian' 2 2 '\357\273\277id,name\r\n1,\303\245da\r\n2,%s\r\n3,eve\r\n' UTF-16LE
nasty 'UTF-16 big endian' 2 2 '\357\273\277id,name\n1,\303\245da\n2,%s\n3,\360\237\230\200\n' UTF-16BE
nasty 'UTF-16 without a mark' 2 2 'id,name\n1,ada\n2,%s\n3,eve\n4,bob\n' UTF-16LE
nasty 'Latin-1' 2 2 'id;name\n1;Fran\347ois\n2;%s\n3;J\374rgen\n4;Bj\370rn\n'
nasty 'Windows-1252' 2 2 'id,name,price\n1,\223ada\224,5 \200\n2,%s,6 \200\n3,eve,7 \200\n'
nasty 'bytes that are no UTF-8' 2 2 'id,name\n1,\303\245da\n2,%s\n3,bad \377\376 bytes\n4,\303\250ve\n'
nasty 'semicolons, decimal commas' 2 1 'name;price\nada;1,50\n%s;2,75\neve;3,00\n'
nasty 'tabs' 2 2 'id\tname\tage\n1\tada\t36\n2\t%s\t41\n3\teve\t29\n'
nasty 'pipes' 2 2 'id|name|age\n1|ada|36\n2|%s|41\n3|eve|29\n'
nasty 'blanks around cells' 2 2 'id, name ,age\n1,  ada  ,36\n2,%s,41 \n 3 ,eve  ,29\n'
nasty 'trailing blanks' 1 2 'id,name\n1,%s\n2,bob   \n3,eve\t\n'
nasty 'quoted where not needed' 2 2 '"id","name"\n"1","ada"\n"2",%s\n"3","eve"\n'
nasty 'quoted cell stays quoted' 2 2 '"id","name"\n"1","ada"\n"2","%s"\n"3","eve"\n'
nasty 'quotes, delimiters, line ends in cells' 2 2 'id,name,note\n1,ada,"a ""b"" c"\n2,%s,"x, y"\n3,eve,"two\nlines"\n4,bob,"\r\n"\n'
nasty 'stray quote inside a cell' 2 2 'id,name,note\n1,ada,5" pipe\n2,%s,ok\n3,eve,a "b" c\n'
nasty 'text behind a closing quote' 2 2 'id,name,note\n1,ada,"x"y\n2,%s,ok\n3,eve,"a" b\n'
nasty 'single quotes' 2 2 "id;name;note\n1;ada;'x;y'\n2;%s;'z;w'\n3;eve;'it''s'\n"
nasty 'ragged' 2 2 'id,name,age\n1,ada,36\n2,%s\n3,eve,29,extra\n4,bob,50\n5,kim,61\n'
nasty 'blank lines' 2 2 'id,name\n1,ada\n\n2,%s\n\n\n3,eve\n\n'
nasty 'NUL bytes' 2 2 'id,name,note\n1,ada,a\000b\n2,%s,c\n3,eve,\000\n'
nasty 'control characters' 2 2 'id,name,note\n1,ada,a\001\033[31mb\n2,%s,c\n3,eve,\177\n'
nasty 'long cells' 2 2 "id,name,note\n1,ada,$long\n2,%s,\"$long\"\n3,eve,x\n"
nasty 'preamble' 1 2 '# made by hand\n# on a monday\nid,name,age\n1,%s,36\n2,bob,41\n3,eve,29\n'
nasty 'no header' 2 2 '1,ada,3.5\n2,%s,4.5\n3,eve,5.5\n4,bob,6.5\n'
nasty 'one column' 2 1 'name\nada\n%s\neve\n'
nasty 'one cell' 1 1 'name\n%s\n'
nasty 'empty cells' 2 2 'id,name,age\n1,,\n2,%s,\n,,\n4,bob,\n'
nasty 'null tokens' 2 2 'id,name,age\n1,NA,36\n2,%s,NA\n3,N/A,29\n4,-,NULL\n'
nasty 'numbers as people write them' 2 2 'id,name,x\n007,ada,1e3\n008,%s,+5\n009,eve,0x1F\n010,bob,1.50\n011,kim,-0\n'
nasty 'dates in two forms' 2 2 'id,name,day\n1,ada,2024-01-31\n2,%s,31/01/2024\n3,eve,2024-02-01\n'
nasty 'end-of-file mark of old systems' 2 2 'id,name\n1,ada\n2,%s\n3,eve\n\032'

# A zone is applied on reading: cells nobody edits keep theirs, one that is edited is written in UTC; times, decimals and
# null tokens keep their own spelling.
zones='id,at,t,price,note\n1,%s,10:30,1.50,NA\n2,2021-12-01T23:59:59Z,08:05,2.00,x\n3,2020-02-02T05:00:00-0500,%s,%s,y\n4,NA,n/a,NA,z\n'
# shellcheck disable=SC2059 # the format is the file
printf "$zones" 2020-01-31T10:30:00+02:00 00:01 3.25 >in.csv
# shellcheck disable=SC2059
printf "$zones" 2020-03-01T08:30:00Z 17:45 4.00 >after
cp in.csv before
script 'goto 1 2' 'edit 2020-03-01T10:30:00+02:00' 'goto 3 3' 'edit 17:45' 'goto 3 4' 'edit 4' 'save edited.csv' undo undo undo 'save undone.csv'
same 'moments with zones, times, fixed decimals: edited cells only' edited.csv after
same 'moments with zones, times, fixed decimals: undone' undone.csv before
finish
