#!/bin/sh
# Review: judges the branch by what it changes, and leaves its verdict as a file. It must never mend anything.
set -eu

page="docs/work-items/$ONCEWARD_ITEM/03-review.json"
mkdir -p "$(dirname "$page")"
base="origin/$ONCEWARD_BASE_BRANCH"
git diff --stat "$base...HEAD"
if ! git diff --quiet "$base...HEAD" -- test; then
  verdict=product_fail
  summary="the tests were changed along with the code"
elif node --test; then
  verdict=pass
  summary="the tests are untouched and pass"
else
  verdict=product_fail
  summary="the tests still fail"
fi
printf '{ "verdict": "%s", "cause": "review", "summary": "attempt %s: %s" }\n' \
  "$verdict" "$ONCEWARD_ATTEMPT" "$summary" >"$page"
git add "$page"
git commit --quiet --message "docs: review work item $ONCEWARD_ITEM"
