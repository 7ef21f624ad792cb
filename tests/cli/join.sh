#!/bin/sh
# join: rows of another table beside those with the same key, on the command line and on screen.
. "${top_srcdir:?}/tests/lib.sh"

# the tables of dplyr's manual, page "mutate-joins"
printf 'name,band\nMick,Stones\nJohn,Beatles\nPaul,Beatles\n' >members.csv
printf 'artist,plays\nJohn,guitar\nPaul,bass\nKeith,guitar\n' >instruments.csv
run join instruments.csv --on name=artist members.csv
out_is 'name,band,plays
John,Beatles,guitar
Paul,Beatles,bass' "inner, by columns of other names"
err_has '^trowel: members.csv: 2 of 3 rows match; instruments.csv: 2 of 3 rows match$' "how many is said"
run join instruments.csv --on name=artist --type left members.csv
out_is 'name,band,plays
Mick,Stones,
John,Beatles,guitar
Paul,Beatles,bass' "left"
run join instruments.csv --on name=artist --type full members.csv
out_is 'name,band,plays
Mick,Stones,
John,Beatles,guitar
Paul,Beatles,bass
Keith,,guitar' "full: the key of rows that only the other table has"
run join instruments.csv --on name=artist --type anti members.csv
out_is 'name,band
Mick,Stones' "anti"

printf 'id,x,v\n1,a,1.50\n2,b,NA\n,c,3\n3,d,4\n2,e,"5,0"\n' >l.csv
printf 'key;v;w\r\n2;9,10;q\r\n2.0;8;NA\r\n7;7;z\r\n;6;y\r\n1.0;5;"r,""s"\r\n' >r.csv
run join r.csv --on id=key --type full l.csv
out_is 'id,x,v,v_2,w
1,a,1.50,5,"r,""s"
2,b,NA,"9,10",q
2,b,NA,8,NA
,c,3,,
3,d,4,,
2,e,"5,0","9,10",q
2,e,"5,0",8,NA
7,,,7,z
,,,6,y' "numbers meet as numbers, missing keys nothing; texts stay whatever the dialect; names get numbers"
err_has '3 of 5 rows match, 1 lack a key; r.csv: 3 of 5' "rows without a key are told apart"
run join r.csv --on id=key --type full l.csv --json
out_has '\[7, null, null, 7, "z"\]' "--json has values, null where there is no cell"
run join r.csv --on id=key l.csv -o out.jsonl
good "into a file, by its suffix" grep -q '"id": *2, *"x": *"b", *"v": *null' out.jsonl
"$TROWEL" join - --on id=key l.csv <r.csv >.out 2>.err
out_has '^1,a,1.50,5,"r,""s"$' "OTHER from stdin"
"$TROWEL" join r.csv --on id=key - <l.csv >.out 2>.err
out_has '^1,a,1.50,5,"r,""s"$' "FILE from stdin"
run join r.csv --on id=key --type inner --type id=text l.csv
out_has '^2,b,NA,"9,10",q$' "--type takes kinds and types of columns"
err_has 'id is text in l.csv, and float in r.csv: compared as text' "other types meet as text, which is said"
good "as written" sh -c '! grep -q "^1,a" .out'

printf 'a,b,c\n1,x,p\n1,y,q\n' >m.csv
printf 'b,a,d\nx,1,m\ny,2,n\n' >n.csv
run join n.csv --on a,b m.csv
out_is 'a,b,c,d
1,x,p,m' "several columns"
run join n.csv m.csv
out_has '^1,x,p,m$' "those of the same name without --on"
err_has 'columns both have: a, b$' "which are said"
printf 'a=b,c\n1,2\n' >odd.csv
run join odd.csv --on a=b=c odd.csv
status 0 "a name with a = of its own"
printf '"x,y",b\n1,2\n' >comma.csv
run join comma.csv --on '"x,y"' comma.csv
out_is '"x,y",b,b_2
1,2,2' "a name in quotes"

refuses 3 'no column in common' "nothing in common" join instruments.csv m.csv
refuses 2 "'nope' in m.csv" "a key FILE lacks" join n.csv --on nope=a m.csv
refuses 2 "'nope' in n.csv" "a key OTHER lacks" join n.csv --on a=nope m.csv
refuses 2 'inner\|left\|full\|anti' "no such kind" join n.csv --on a --type outer m.csv
refuses 2 "'other' is missing" "no other table" join m.csv
refuses 2 'stdin can be one' "stdin twice" join - --on a -
refuses 3 'none.csv' "a file that is not there" join none.csv --on a m.csv -o new.csv
refuses 2 'named twice|is the input|an input' "OUT over OTHER" join n.csv --on a m.csv -o ./n.csv
good "which is left as it was" grep -q '^b,a,d' n.csv
{ echo k; yes 1 | head -n 30000; } >ones.csv
refuses 4 '900,000,000 rows' "more rows than there is room for, by their number" join ones.csv --on k ones.csv -o new.csv
good "and nothing written" test ! -e new.csv
refuses 4 'limit is 1 ' "or than were asked for" join n.csv --on a m.csv --max-rows 1

printf 'k,v\n' >header.csv
run join header.csv --on a=k --type left m.csv
out_is 'a,b,c,v
1,x,p,
1,y,q,' "no rows on the other side"
run join m.csv --on k=a --type full header.csv
out_is 'k,v,b,c
1,,x,p
1,,y,q' "or on this one"
"$TROWEL" join "$samples/patients.csv" --on patient_id,admitted "$samples/patients.csv" --threads 4 >four.csv 2>.err
"$TROWEL" join "$samples/patients.csv" --on patient_id,admitted "$samples/patients.csv" --threads 1 >one.csv 2>.err
good "any number of threads" cmp one.csv four.csv

cat >script <<'LINES'
open instruments.csv
wait idle
use members
join instruments --on name=artist --type full
wait idle
expect /members-join.*4 rows × 3 columns/
sort plays
wait idle
expect /bass\n.*guitar/
keys q
expect /3 rows × 2 columns/
use members-join
save! saved.csv
LINES
run --headless 90x12 --script script members.csv
status 0 "on screen with a dataset that is open; q leads back"
run join instruments.csv --on name=artist --type full members.csv
good "saved in its own order" cmp saved.csv .out
finish
