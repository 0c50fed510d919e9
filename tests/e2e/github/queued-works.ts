// The issues of the merge queue's scenario: a small program with tests, and pieces of work on it. Each piece is the
// script in the body of its issue, so that whoever develops does what the issue says.

export const FILES = {
  'lib.sh': 'price() { echo "$1"; }\n',
  'parts/first.sh': 'price 1\n',
  'colours.txt': 'red\n',
  'test.sh': 'set -e\n. ./lib.sh\nfor part in parts/*.sh; do . "./$part"; done\n',
  'notes/README': 'Who has worked on this, and how often.\n',
};

export const STAGES = `\
      - name: develop
        kind: command
        catchUp: none
        command: |
          set -e
          if [ "$ONCEWARD_ATTEMPT" -gt 1 ]; then git merge -q --no-edit -X theirs origin/main; fi
          . "$ONCEWARD_BODY_FILE"
          echo "$ONCEWARD_ATTEMPT" > "notes/$ONCEWARD_ITEM"
          git add -A && git commit -qm "Work on $ONCEWARD_ITEM"
      - name: land
        kind: merge
        onFail: develop
        merge:
          batchSize: 4
          checks: { required: [build], dwellMs: 1000 }
          reviews: { approvals: 1 }
`;

/** Fine with whatever else lands. */
const innocent = 'echo "true $ONCEWARD_ITEM" > "parts/$ONCEWARD_ITEM.sh"';

/** By name, in the order in which they are asked for. */
export const WORKS = {
  one: innocent,
  /** Everything that is called `price` is called `cost`: green, as long as nobody adds another `price`. */
  rename: 'sed -i s/price/cost/g lib.sh parts/*.sh',
  /** One more `price`, or `cost` where that is what it is called: green, as long as nobody renames it. */
  caller: 'name=$(sed "s/(.*//" lib.sh)\necho "$name 2" > "parts/$ONCEWARD_ITEM.sh"',
  two: innocent,
  /** Both add a line at the same place. */
  blue: 'grep -q blue colours.txt || echo blue >> colours.txt',
  green: 'grep -q green colours.txt || echo green >> colours.txt',
  /** The first runner that comes to test it together with the base is lost. */
  unlucky: innocent,
  three: innocent,
  /** A reviewer thinks better of it while it waits. */
  reviewed: innocent,
  /** A person merges it while it waits. */
  byHand: innocent,
  /** A person closes it while it waits. */
  closed: innocent,
} as const;

export type WorkName = keyof typeof WORKS;
export const NAMES = Object.keys(WORKS) as WorkName[];
