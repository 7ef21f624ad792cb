#!/bin/sh
# Completions at work in fish and zsh, where they are installed: what each offers at the end of a line.
# (bash: manual.sh.)
. "${top_srcdir:?}/tests/lib.sh"

mkdir bin
ln -s "$TROWEL" bin/trowel
PATH=$PWD/bin:$PATH
HOME=$PWD
XDG_CONFIG_HOME=$PWD
XDG_DATA_HOME=$PWD
XDG_CACHE_HOME=$PWD
TERM=xterm
export PATH HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME TERM
printf '"b,c",id,age of man\n1,2,3\n' >cols.csv

# LINE | what is offered | what that is
cat >cases <<'CASES'
trowel freq|frequency|a subcommand
trowel tra|transpose|another one
trowel col|cols.csv|a file for the workbench
trowel head col|cols.csv|a file
trowel head --deli|--delimiter|a flag
trowel diff --fa|--fail-on|one of its own
trowel head --progress a|always auto|a word a flag chooses from
trowel head --progress=a|--progress=always --progress=auto|behind =
trowel impute --method kn|knn|a method
trowel impute --method=kn|--method=knn|behind =
trowel impute --method knn --ag|--agg|a flag of the method
trowel impute --method=knn --ag|--agg|that was named behind =
trowel impute --method median --ag||not of another one
trowel head --ag||nor of another subcommand
trowel diff cols.csv --key i|id|a column of the file named
trowel diff cols.csv --key=i|--key=id|behind =
trowel sort cols.csv i|id|as a word of its own
trowel select cols.csv id,a|id,age of man|behind a comma
trowel help prof|profile|what help explains
CASES

# Offers of one shell, in the order of the cases, a line for each, words by blanks.
compare() {
    line=0
    while IFS='|' read -r typed want desc; do
        line=$((line + 1))
        sed -n "${line}p" "$2" | sed 's/\\//g; s/ *$//' >.out
        [ "$(cat .out)" = "$want" ]
        result $? "$1: $desc: $typed"
    done <cases
}
cases=$(wc -l <cases)

if command -v fish >/dev/null; then
    run completions fish
    cp .out trowel.fish
    cut -d '|' -f 1 cases >lines
    cat >try.fish <<'FISH'
source trowel.fish
while read -l line
    set -l offers (complete -C "$line" | string replace -r '\t.*' '' | sort -u)
    string join -- ' ' "" $offers | string trim
end <lines
FISH
    fish --no-config try.fish >fish.out 2>fish.err
    good "fish has nothing to complain of" test ! -s fish.err
    compare fish fish.out
else
    skip "no fish" $((cases + 1))
fi

# zsh completes in its line editor only: a terminal of its own, keys, and a compadd that also writes
# down what it offers.
if command -v zsh >/dev/null && zsh -f -c 'zmodload zsh/zpty' 2>/dev/null; then
    run completions zsh
    cp .out _trowel
    cut -d '|' -f 1 cases >lines
    cat >setup.zsh <<'ZSH'
PS1=
LISTMAX=10000
unsetopt autolist automenu beep
fpath=($PWD $fpath)
autoload -Uz compinit
compinit -u -D
compadd() {
  local -a hits before hidden
  builtin compadd -A hits "$@"
  zparseopts -E -a unused P:=before p:=hidden
  (( $#hits )) && print -rl -- $IPREFIX$before[2]$hidden[2]${^hits} >>hits
  builtin compadd "$@"
}
complete-and-say() { zle complete-word; print ASKED:ASKED }
zle -N complete-and-say
bindkey '^I' complete-and-say
bindkey '^U' kill-whole-line
print READY:READY
ZSH
    cat >try.zsh <<'ZSH'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'source ./setup.zsh'
zpty -r -m shell said '*READY:READY*' || exit 1
while IFS= read -r line; do
  : >hits
  zpty -w -n shell "$line"$'\t'
  zpty -r -m shell said '*ASKED:ASKED*' || exit 1
  zpty -w -n shell $'\x15'
  [[ $said == *(rror|nvalid|not\ found)* ]] && print -ru2 -- ${(V)said}
  print -r -- ${(ou)${(f)"$(<hits)"}}
done <lines
zpty -d shell
ZSH
    timeout 60 zsh -f try.zsh >zsh.out 2>zsh.err
    good "zsh has nothing to complain of" test ! -s zsh.err
    compare zsh zsh.out
else
    skip "no zsh, or one without zsh/zpty" $((cases + 1))
fi
finish
