#!/bin/sh
# Analysis: reproduces the defect and writes down what it found. It must never touch the code.
set -eu

page="docs/work-items/$ONCEWARD_ITEM/01-analysis.md"
mkdir -p "$(dirname "$page")"
echo "reproducing: $ONCEWARD_TITLE"
output=$(node --test --test-reporter=tap 2>&1) && outcome=pass || outcome=fail
printf '%s\n' "$output"
if [ "$outcome" = pass ]; then
  echo "nothing fails: there is no defect to be seen" >&2
  exit 1
fi

{
  printf '# %s\n\n%s\n\n## Tests that fail\n\n' "$ONCEWARD_TITLE" "$ONCEWARD_BODY"
  printf '%s\n' "$output" | sed -n 's/^ *not ok [0-9]* - /- /p' | sort -u
  printf '\n## Where\n\n'
  grep -n 'return' src/*.js | sed 's/^/    /'
} >"$page"
git add "$page"
# Nothing to commit where an earlier attempt has left the same page.
git diff --cached --quiet || git commit --quiet --message "docs: analyse work item $ONCEWARD_ITEM"
