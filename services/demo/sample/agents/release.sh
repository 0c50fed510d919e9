#!/bin/sh
# Release: moves the base branch forward to the item's head. Never by force: whoever came first stays.
set -eu

# The worktree was caught up with the base: what lands may be a merge that no gate has seen.
node --test >/dev/null

git push --quiet origin "HEAD:refs/heads/$ONCEWARD_BASE_BRANCH"
echo "$ONCEWARD_BASE_BRANCH is at $(git log --max-count=1 --oneline)"
