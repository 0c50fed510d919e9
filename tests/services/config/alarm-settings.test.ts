// The settings for alarms: what is no address or no name is refused, and a secret among it never repeated.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfiguration, readConfigurationText } from '../../../services/config/load.ts';
import { formatProblem } from '../../../services/config/problems.ts';

const textOf = (alarms: string) => `version: 1\nsettings:\n  alarms: ${alarms}\n`;

function problemsOf(alarms: string): string[] {
  const reading = readConfigurationText(textOf(alarms), { file: 'onceward.yaml' });
  return reading.outcome === 'invalid' ? reading.problems.map(formatProblem) : [];
}

test('without any settings nobody is told, and with some only as they say', () => {
  const given =
    '{ command: ./page.sh, webhook: "https://hooks.example.com/x?y=1", minIntervalMs: 0 }';
  const { settings } = loadConfiguration(textOf(given), { file: 'a.yaml' });

  assert.equal(loadConfiguration('version: 1\n', { file: 'a.yaml' }).settings.alarms, {
    minIntervalMs: 60_000,
  });
  assert.equal(settings.alarms, {
    command: './page.sh',
    webhook: 'https://hooks.example.com/x?y=1',
    minIntervalMs: 0,
  });
});

test('a webhook is an address of the web, without credentials', () => {
  const refused = [
    ...['ftp://a/b', 'https://', 'hooks.example.com', 'https://u:hunter2@example.com/x'],
    ...['https://hooks.example.com:99999/x', 'https://hooks%example.com/x'],
  ];
  const problems = refused.map((url) => problemsOf(`{ webhook: "${url}" }`));

  assert.equal(
    problems.filter(({ length }) => length !== 1),
    [],
  );
  assert.match(
    problems[0]?.[0] ?? '',
    'settings.alarms.webhook: got "ftp://a/b", expected an address that begins with http://',
  );
  assert.not.match(problems.flat().join(), 'hunter2');
});

test('an at sign behind the host is no credential', () => {
  assert.equal(problemsOf('{ webhook: "https://hooks.example.com/@team/x?to=a@b" }'), []);
});

test('the secret of a webhook and the address of Slack are named, not written down', () => {
  assert.match(
    problemsOf('{ webhookSecretVariable: "not a name" }')[0] ?? '',
    'expected the name of an environment variable',
  );
  assert.match(
    problemsOf('{ slackWebhookVariable: "https://hooks.slack.com/services/x" }')[0] ?? '',
    'expected the name of an environment variable',
  );
  assert.match(problemsOf('{ webhookSecret: hunter }')[0] ?? '', 'unknown key "webhookSecret"');
});

test.run();
