#!/bin/sh
# SQLite tables in and out: what a database holds comes through every subcommand, and what is written is a database that
# sqlite3 reads. Without the library the reason is said; without the program sqlite3 the checks that need it are left out.
. "${top_srcdir:?}/tests/lib.sh"

cat >a.csv <<'EOF'
id,zip,when,at,score,ok,note
1,02134,2024-01-31,2024-01-31T10:00:00,1.50,true,Ann
2,12345,2024-02-01,2024-02-01T11:30:00,NA,false,"say ""hi"""
3,00501,,,2.25,true,
EOF
run convert a.csv -o a.sqlite
if grep -q 'without SQLite' .err; then
    status 3 "a build without SQLite says so"
    finish
fi
status 0 "a table becomes a database"
run head a.sqlite
out_is 'id,zip,when,at,score,ok,note
1,02134,2024-01-31,2024-01-31T10:00:00,1.5,true,Ann
2,12345,2024-02-01,2024-02-01T11:30:00,,false,"say ""hi"""
3,00501,,,2.25,true,' "that is known by its bytes and read back"
cp a.sqlite noname
run count noname
out_is 3 "whatever it is called"
run sniff a.sqlite --json
out_has '"format": "sqlite"' "sniff says what it is"
run profile a.sqlite --columns-only
out_has '^zip +text' "digits declared as text stay text"
out_has '^score +float' "reals are floats"
out_has '^when +date' "ISO texts are dates"
out_has '^at +datetime' "or moments"
out_has '^ok +boolean' "truth values are booleans"
run where "score > 1.6 and ok" a.sqlite
out_has '^3,00501' "expressions see the types"
run convert a.sqlite -o back.jsonl
good "JSON Lines of it hold null for NULL" grep -q '"score": null' back.jsonl
run convert a.csv -o a.sqlite.gz
run count a.sqlite.gz
out_is 3 "packed too"
"$TROWEL" count - <a.sqlite >.out 2>.err
rc=$?
out_is 3 "and from a pipe"
run convert a.csv -o - --quiet
run select id,score a.csv -o two.db
run head two.db
out_has '^id,score$' "other subcommands write databases by suffix"
run convert a.csv -o named.sqlite --name visits
run sniff named.sqlite --json
out_has '"name": "visits"' "--name names the table"
run convert a.csv -o texts.sqlite --text
run head -n 1 texts.sqlite
out_has ',1.50,' "--text keeps the text of cells"
printf 'b,B,b\n1,2,3\n' >twice.csv
run convert twice.csv -o twice.sqlite
err_has "'B' is now 'B_2'" "names must differ in a database, whatever their case"
run head twice.sqlite
out_has '^b,B_2,b_3$' "so they are numbered"
run select b,B twice.csv -o chosen.sqlite
err_has "'B' is now 'B_2'" "every command that writes says so"
printf '%s\n' 'save twice.db' 'screen' 'save twice.jsonl' 'screen' >twice.script
run --headless 120x8 --script twice.script twice.csv
out_has "saved twice.db: no cell changed; 2 columns were renamed.*'B' is now 'B_2'" "so does :save"
out_has "saved twice.jsonl: no cell changed; 1 column was renamed.*'b' is now 'b_2'" "for JSON Lines too"
printf 'a,b\n1,2\n3,4,5\n' >ragged.csv
run convert ragged.csv -o ragged.sqlite
run head ragged.sqlite
out_has '^a,b,__surplus$' "surplus cells of a damaged row get a column"
out_has '^3,4,"\[""5""\]"$' "and are not lost"
for i in 1 2; do run convert a.csv -o "same.sqlite" && cp same.sqlite same$i; done
good "twice the same bytes" cmp same1 same2

# --- what is refused
run convert a.csv -o keep.sqlite
cp keep.sqlite kept
refuses 2 'new file' "no writing into the database the table came from" select id keep.sqlite -o keep.sqlite --in-place
good "which is as it was" cmp keep.sqlite kept
refuses 2 'give a number or a name: keep' "a table that is not there" count keep.sqlite --table 2
refuses 2 "give a number or a name" "by name either" count keep.sqlite --table other
run count keep.sqlite --table 1
out_is 3 "the number counts from 1"
head -c 5000 keep.sqlite >cut.sqlite
refuses 3 'cut.sqlite: .*damaged' "one that is cut short" count cut.sqlite
head -c 8192 /dev/urandom >locked.sqlite
refuses 3 'locked.sqlite: .*encrypted' "one that looks encrypted" count locked.sqlite
refuses 3 'a.csv: .*another kind of file' "--format sqlite wants a database" count a.csv --format sqlite
run head -n 1 keep.sqlite --format csv
status 0 "--format csv reads the bytes as text, as told"
mkdir -p shut && printf 'old' >shut/out.sqlite
(ulimit -f 4 && exec "$TROWEL" convert "$samples/patients.csv" -o shut/out.sqlite) >.out 2>.err
rc=$?
status 4 "a disk that is full"
good "leaves the old file" grep -q '^old$' shut/out.sqlite
good "and nothing beside it" sh -c '[ "$(ls -A shut)" = out.sqlite ]'
cat >s.script <<'EOF'
goto 2 note
edit Bob
try save
save edited.csv
save edited.sqlite
EOF
run --headless 80x24 --script s.script keep.sqlite
status 0 "on screen an edited table is saved to a new file"
good "as text" grep -q '^2,12345.*,Bob$' edited.csv
run head edited.sqlite
out_has ',Bob$' "or a database"
good "never over the database" cmp keep.sqlite kept

# --- against sqlite3
if ! command -v sqlite3 >/dev/null 2>&1; then
    skip "sqlite3 is not installed" 16
    finish
fi
sqlite3 a.sqlite "select typeof(id), typeof(zip), zip, typeof(score), ok, [when], quote(note) from a" >.out
out_is "integer|text|02134|real|1|2024-01-31|'Ann'
integer|text|12345|null|0|2024-02-01|'say \"hi\"'
integer|text|00501|real|1||NULL" "types are mapped, missing cells are NULL"
good "the file is sound" sh -c "[ \"\$(sqlite3 a.sqlite 'pragma integrity_check')\" = ok ]"
sqlite3 many.db "create table first(a, b); insert into first values(1, x'00ff'), (2.5, ''), ('x', null);
  create table \"odd \"\"name\"(x text); insert into \"odd \"\"name\" values('1'), ('2');
  create view doubled as select 2 * x as y from \"odd \"\"name\""
run head many.db
out_is "a,b
1,X'00ff'
2.5,
x," "a column may hold values of any class; blobs are shown as they are written in SQL"
cp .err many.err
run convert many.db -o again.db --quiet
sqlite3 many.db "select quote(b) from first" >want
sqlite3 again.db "select quote(b) from again" >.out
good "written to a database again blobs are blobs, empty texts no NULL" cmp want .out
sqlite3 again.db "insert into again values('X''0aff''', '')"
run convert again.db -o third.db
sqlite3 third.db "select quote(a), quote(b) from third where rowid = 4" >.out
out_is "'X''0aff'''|''" "a text that looks like a blob stays one"
run convert again.db -o again.jsonl
good "JSON Lines hold empty texts apart from null" sh -c 'grep -q "\"b\": \"\"" again.jsonl && grep -q "\"b\": null" again.jsonl'
run convert again.jsonl -o fourth.db
sqlite3 fourth.db "select count(*) from fourth where b = ''" >.out
out_is 2 "and give them back"
run where "a == 'x'" again.db -o some.db
sqlite3 some.db "select b is null from some" >.out
out_is 1 "rows chosen of a database keep what was NULL"
cp many.err .err
err_has 'many.db: it holds 3 tables, this is first \(others: odd "name, doubled\)' "several tables are named"
run head many.db --table 'odd "name'
out_is 'x
1
2' "a table is chosen by name"
err_is_empty "and then nothing need be said"
run head --table doubled many.db
out_is 'y
2
4' "views can be read"
run profile --table 2 many.db --columns-only
out_has '^x +text' "text that looks like numbers is what it was declared as"
sqlite3 wal.db "pragma journal_mode = wal; create table t(a); insert into t values (1)" >/dev/null
run count wal.db
out_is 1 "a database with a write-ahead log"
good "is read without a trace" sh -c '[ "$(echo wal.db*)" = wal.db ]'
sqlite3 broken.db "create table t(a); create view v as select * from t; insert into t values(1);
  pragma writable_schema = on; delete from sqlite_master where name = 't'" 2>/dev/null
refuses 3 'cannot read table v' "a view that has lost its table" count broken.db

finish
