// A folder of decision records on the base branch, and a branch that changes it.
// It must never hold a record that breaks a rule, but where a test plants it.
import type { Gate } from '../../../../machines/pipeline.ts';
import { createGates, type Files } from '../gate-fixture.ts';

interface Fields {
  status?: string;
  sections?: string[];
  links?: string;
}

const SECTIONS = ['Context', 'Decision', 'Alternatives', 'Consequences', 'Links'];

/** A record; its status is on line 3, its sections on lines 5, 9, 13, 17 and 21, `links` on line 23. */
export function adrText({
  status = 'accepted',
  sections = SECTIONS,
  links = 'None.',
}: Fields = {}) {
  const body = sections.map((name) => `## ${name}\n\n${name === 'Links' ? links : 'Text.'}\n`);
  return `# A title\n\nStatus: ${status}\n\n${body.join('\n')}`;
}

/** An index of these files. */
export function indexText(...names: string[]): string {
  return ['# Decisions', '', ...names.map((name) => `- [${name}](${name})`), ''].join('\n');
}

const FIRST = 'adr-0001-first.md';
const SECOND = 'adr-0002-second.md';

/** One accepted and one proposed record are on the base; the branch has them, too. */
export async function createAdrGate(base: Files = {}, gate: Partial<Gate> = {}) {
  const gates = await createGates([
    { kind: 'adr', path: 'docs/adr', index: 'README.md', ...gate } as Gate,
  ]);
  const { pushAll, remote, evaluate } = gates;
  const start = await pushAll(
    inFolder({
      [FIRST]: adrText(),
      [SECOND]: adrText({ status: 'proposed' }),
      'README.md': indexText(FIRST, SECOND),
      ...base,
    }),
    'main',
  );
  await remote.run('branch', 'onceward/7', start);
  return {
    ...gates,
    /** Pushes changes of the folder, and gives the lines of the verdict; none for a pass. */
    async problems(files: Files): Promise<string[]> {
      await pushAll(inFolder(files));
      const { kind, cause, summary } = await evaluate();
      if (kind === 'pass') return [];
      return cause === 'adr' ? summary.split('\n') : [`${kind} ${cause}: ${summary}`];
    },
  };
}

function inFolder(files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`docs/adr/${name}`, text]),
  );
}
