// Under which heading a command stands in the help and in docs/cli.md.

/** In the order in which they are shown. */
export const COMMAND_GROUPS = {
  Running: ['up', 'demo', 'init', 'validate', 'doctor', 'project', 'page', 'completion'],
  Deciding: [
    'submit',
    'approve',
    'reject',
    'cancel',
    'retry',
    'pause',
    'resume',
    'queue',
    'deploy',
    'rollback',
    'hold',
    'release',
    'send',
    'discard',
  ],
  Looking: [
    'ps',
    'top',
    'accounts',
    'deployments',
    'why',
    'show',
    'watch',
    'events',
    'logs',
    'wait',
    'deliveries',
  ],
  'Drawing and keeping': ['graph', 'export', 'replay', 'bridge'],
} as const satisfies Record<string, readonly string[]>;

export type CommandGroup = keyof typeof COMMAND_GROUPS;

/** What is listed nowhere is for looking. */
export function groupOf(command: string): CommandGroup {
  const groups = Object.entries(COMMAND_GROUPS) as [CommandGroup, readonly string[]][];
  return groups.find(([, commands]) => commands.includes(command))?.[0] ?? 'Looking';
}
