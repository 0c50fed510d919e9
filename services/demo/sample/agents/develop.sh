#!/bin/sh
# Development: mends the defect and proves it by the tests. It must never change a test to pass it.
set -eu

source=src/discount.js
sed 's|return cents - percent;|return Math.round((cents * (100 - percent)) / 100);|' \
  "$source" >"$source.new"
mv "$source.new" "$source"
node --test

if git diff --quiet; then
  # An earlier attempt was pushed before its worker died: its commit is the work.
  echo "mended already in $(git log --max-count=1 --format=%h)"
  exit 0
fi
git commit --quiet --all --message "fix: take the discount as a share of the price"
