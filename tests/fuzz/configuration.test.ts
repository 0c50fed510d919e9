// Time limit: 300 s
// Goal: a configuration or an environment that cannot be used is refused with every problem, each on a line.
// Method: sound YAML and sound variables with hostile changes: bombs of aliases, depth, encodings, prototype keys.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stringify } from 'yaml';
import { readEnvironment } from '../../services/config/environment.ts';
import { ENVIRONMENT_VARIABLES } from '../../services/config/environment-variables.ts';
import { readConfigurationText } from '../../services/config/load.ts';
import { formatProblem } from '../../services/config/problems.ts';
import { renderStarterConfiguration } from '../../services/config/template.ts';
import { hasCode } from '../../transport/errors.ts';
import { fuzz, type Judgement } from './campaign.ts';
import { hugeText, mutated, mutatedText, nastyText } from './garbage.ts';

const STARTER = renderStarterConfiguration({ repository: './shop.git', baseBranch: 'main' });
/** A file has at most this many characters; no problem needs more lines than it. */
const MAX_PROBLEMS = 40_000;

const SOUND = {
  version: 1,
  settings: { graceMs: 300_000, commitMode: 'single' },
  pools: { heavy: { slots: 2 } },
  projects: { shop: { repository: './shop.git', pipeline: 'standard', baseBranch: 'main' } },
  pipelines: {
    standard: {
      stages: [
        { name: 'build', kind: 'agent', command: 'make', pool: 'heavy', env: { CI: '1' } },
        { name: 'check', kind: 'command', command: 'true', gates: [{ kind: 'exit' }] },
        { name: 'ok', kind: 'approval', onReject: 'build' },
      ],
    },
  },
};

const row = (anchor: string, of: string) => `${anchor}: &${anchor} [${`${of},`.repeat(30)}]\n`;
const ALIAS_BOMB = `${row('a', 'x') + row('b', '*a') + row('c', '*b') + row('d', '*c')}version: 1\n`;
const DEEP_BLOCK = Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('');

const bombs = fc.constantFrom(
  ALIAS_BOMB,
  DEEP_BLOCK,
  'a: &a [*a]\nversion: 1\n',
  '&a a: *a\n',
  '? [complex, key]\n: 1\n',
  '? {version: 1}\n: version\n',
  '!!js/function "x"\n',
  '!!binary "////"\n',
  '%YAML 9.9\n---\nversion: 1\n',
  'version: 1\n<<: {settings: {graceMs: 5000}}\n',
  'version: 0x1\nsettings: {graceMs: 1e9999, sweepMs: .inf, partitions: .nan}\n',
  `version: ${'9'.repeat(5_000)}\n`,
  '\ufeffversion: 1\n',
  Buffer.from('version: 1\n', 'utf16le').toString('utf8'),
  `pools:\n${Array.from({ length: 2_000 }, (_, n) => `  p${n}: 1\n`).join('')}`,
);

const text = fc.oneof(
  { weight: 120, arbitrary: mutated([SOUND]).map((value) => stringify(value)) },
  { weight: 40, arbitrary: mutatedText(fc.constantFrom(STARTER, stringify(SOUND))) },
  { weight: 20, arbitrary: nastyText },
  { weight: 4, arbitrary: mutatedText(bombs) },
  { weight: 1, arbitrary: hugeText },
);

test('a configuration is read, or refused with every problem at its place', () => {
  const { acceptedShare } = fuzz({
    name: 'configuration files',
    cases: 2_500,
    inputs: text,
    judge: (written) => judgeReading(written),
  });

  assert.ok(acceptedShare > 0.15, `accepted: ${acceptedShare}`);
  assert.is(Object.getOwnPropertyNames(Object.prototype).includes('polluted'), false);
});

function judgeReading(written: string): Judgement {
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  const reading = readConfigurationText(written, { file: 'onceward.yaml' });
  assert.is(Object.getOwnPropertyNames(Object.prototype).length, before, 'the prototype grew');
  if (reading.outcome === 'valid') return { outcome: 'accepted' };
  const { problems } = reading;
  assert.ok(problems.length > 0 && problems.length <= MAX_PROBLEMS, `${problems.length} problems`);
  const lines = problems.map(formatProblem);
  const worst = lines.reduce((one, other) => (isWorse(other, one) ? other : one));
  return { outcome: 'refused', reason: 'CONFIG_INVALID', message: worst };
}

/** The campaign looks at one message of each case: the one that most likely breaks a rule. */
function isWorse(one: string, other: string): boolean {
  const weight = (line: string) => line.length + (/[\p{Cc}\u2028\u2029]/u.test(line) ? 1e9 : 0);
  return weight(one) > weight(other);
}

const examples = Object.values(ENVIRONMENT_VARIABLES).map(({ name, example }) => [name, example]);
const SOUND_ENVIRONMENT = Object.fromEntries(examples) as Record<string, string>;
const names = fc.constantFrom(...Object.keys(SOUND_ENVIRONMENT), '__proto__', 'PATH');
const changes = fc.array(
  fc.tuple(
    names,
    fc.oneof({ weight: 30, arbitrary: nastyText }, { weight: 1, arbitrary: hugeText }),
  ),
  { maxLength: 3 },
);

test('an environment is read, or refused naming each variable and no value', () => {
  const { acceptedShare } = fuzz({
    name: 'environment variables',
    cases: 5_000,
    inputs: changes,
    judge(drawn): Judgement {
      const env = { ...SOUND_ENVIRONMENT, ...Object.fromEntries(drawn) };
      try {
        readEnvironment(env);
        return { outcome: 'accepted' };
      } catch (error) {
        if (!hasCode(error, 'CONFIG_INVALID')) throw error;
        const [longest = ''] = error.message.split('\n').sort((a, b) => b.length - a.length);
        return { outcome: 'refused', reason: error.code, message: longest };
      }
    },
  });

  assert.ok(acceptedShare > 0.3, `accepted: ${acceptedShare}`);
});

test.run();
