#!/bin/sh
# Release: moves the base branch forward to the item's head. Never by force: whoever came first stays.
set -eu

git push --quiet origin "HEAD:refs/heads/$ONCEWARD_BASE_BRANCH"
echo "$ONCEWARD_BASE_BRANCH is at $(git log --max-count=1 --oneline)"
