// How the machine's own apt sources become the private source of a newer suite.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newerSuiteSources, publicArchiveSources } from '../../../transport/nats/apt-sources.ts';

const fromStanzas = (text: string) => newerSuiteSources([{ name: 'debian.sources', text }]);
const fromLines = (text: string) => newerSuiteSources([{ name: '/etc/apt/sources.list', text }]);

test('a deb822 entry keeps its archive and its key, and changes its suite', () => {
  const text = [
    'Types: deb deb-src',
    '# a comment between fields',
    'URIs: http://mirror.example/debian/',
    'Suites: bookworm bookworm-updates',
    'Components: main contrib',
    'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
  ].join('\n');
  assert.is(
    fromStanzas(text),
    'Types: deb\nURIs: http://mirror.example/debian/\nSuites: forky\nComponents: main\n' +
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n',
  );
});

test('a key written out in the entry is kept whole', () => {
  const key =
    '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----';
  const text = `Types: deb\nURIs: http://deb.debian.org/debian\nSigned-By:${key}\nSuites: trixie`;
  assert.match(fromStanzas(text) ?? '', `Signed-By: ${key}\n`);
});

test('a one-line entry keeps its archive and its key', () => {
  const text =
    '# first\ndeb [arch=amd64 signed-by=/k.gpg] http://deb.debian.org/debian trixie main\n';
  assert.is(
    fromLines(text),
    'Types: deb\nURIs: http://deb.debian.org/debian\nSuites: forky\nComponents: main\n' +
      'Signed-By: /k.gpg\n',
  );
});

test('a one-line entry without a key relies on the keys apt trusts', () => {
  const text = 'deb http://deb.debian.org/debian trixie main';
  assert.is(
    fromLines(text),
    'Types: deb\nURIs: http://deb.debian.org/debian\nSuites: forky\nComponents: main\n',
  );
});

test('security archives, disabled entries, source packages and other vendors are passed over', () => {
  assert.is(fromLines('deb http://deb.debian.org/debian-security trixie-security main'), null);
  assert.is(fromLines('deb-src http://deb.debian.org/debian trixie main'), null);
  assert.is(fromLines('# deb http://deb.debian.org/debian trixie main'), null);
  assert.is(fromStanzas('Types: deb\nEnabled: no\nURIs: http://deb.debian.org/debian'), null);
  assert.is(fromStanzas('Types: deb\nURIs: http://archive.ubuntu.com/ubuntu\nSuites: noble'), null);
  assert.is(
    newerSuiteSources([{ name: 'a.sources.disabled', text: 'Types: deb\nURIs: http://x/debian' }]),
    null,
  );
});

test('a machine without a Debian archive uses the public one with the given keyring', () => {
  assert.match(publicArchiveSources('/k.gpg'), /^URIs: http:\/\/deb\.debian\.org\/debian$/m);
  assert.match(publicArchiveSources('/k.gpg'), /^Signed-By: \/k\.gpg$/m);
});

test.run();
