// Reads a machine's own apt sources and says where Debian's newer suite can be had, and by which key.
// Pure text to text: it never reads a file, and never drops the key a source is verified with.

/** The Debian release whose archive holds an acceptable nats-server. */
const SUITE = 'forky';

export interface AptSourceFile {
  name: string;
  text: string;
}

interface Source {
  uri: string;
  /** The value of `Signed-By`, possibly of several lines; undefined means apt's trusted keys. */
  signedBy: string | undefined;
}

/** The last path segment of a Debian archive; its security archive has no such suite. */
const DEBIAN_ARCHIVE = /\/debian(?:\.list)?\/?$/;

/**
 * The text of a private `.sources` file naming the suite `forky` in the archive this machine
 * already uses, or null when none of its sources is a Debian archive.
 */
export function newerSuiteSources(files: readonly AptSourceFile[]): string | null {
  const source = files.flatMap(sourcesOf).find(({ uri }) => DEBIAN_ARCHIVE.test(uri));
  return source ? stanzaOf(source) : null;
}

/** The same for a machine without a Debian archive (Ubuntu) that has Debian's keyring installed. */
export function publicArchiveSources(keyring: string): string {
  return stanzaOf({ uri: 'http://deb.debian.org/debian', signedBy: keyring });
}

function stanzaOf({ uri, signedBy }: Source): string {
  const key = signedBy === undefined ? '' : `Signed-By: ${signedBy}\n`;
  return `Types: deb\nURIs: ${uri}\nSuites: ${SUITE}\nComponents: main\n${key}`;
}

function sourcesOf(file: AptSourceFile): Source[] {
  if (file.name.endsWith('.sources')) return file.text.split(/\n\s*\n/).flatMap(fromStanza);
  if (file.name.endsWith('.list')) return file.text.split('\n').flatMap(fromLine);
  return [];
}

function fromStanza(stanza: string): Source[] {
  const fields = fieldsOf(stanza);
  const isUsed = fields.get('enabled')?.toLowerCase() !== 'no';
  if (!isUsed || !words(fields.get('types')).includes('deb')) return [];
  return words(fields.get('uris')).map((uri) => ({ uri, signedBy: fields.get('signed-by') }));
}

function fieldsOf(stanza: string): Map<string, string> {
  const lines = stanza.split('\n').filter((line) => !line.startsWith('#'));
  // A line that begins with a space continues the field before it: keys may be written in full.
  const fields = lines.join('\n').matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm);
  return new Map(Array.from(fields, ([, name = '', value = '']) => [name.toLowerCase(), value]));
}

function fromLine(line: string): Source[] {
  const found = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)/.exec(line);
  if (!found?.[2]) return [];
  return [{ uri: found[2], signedBy: /(?:^|\s)signed-by=(\S+)/i.exec(found[1] ?? '')?.[1] }];
}

function words(text: string | undefined): string[] {
  return text?.split(/\s+/).filter(Boolean) ?? [];
}
