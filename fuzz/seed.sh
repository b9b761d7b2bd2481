#!/bin/sh
# Makes the first corpus: every bot and example, every YAML of the documentation, and each of them broken by hand.
set -eu
cd "$(dirname "$0")/.."
corpus=fuzz/corpus/check
mkdir -p "$corpus"
cp bots/*.yaml examples/*.yaml tests/mutation/*.yaml "$corpus/"
# The fenced blocks of the pages, each a file.
for page in README.md docs/*.md; do
    awk -v out="$corpus/$(basename "$page" .md)" '
        /^```yaml/ { inside = 1; count++; next }
        /^```/ { inside = 0 }
        inside { print > (out "-" count ".yaml") }' "$page"
done
# Cut off in the middle, and without its quotes.
for file in "$corpus"/*.yaml; do
    size=$(wc -c < "$file")
    head -c $((size / 2)) "$file" > "${file%.yaml}.half"
    tr -d '"' < "$file" > "${file%.yaml}.bare"
done
ls "$corpus" | wc -l
