// `onceward __complete`, which completion scripts call while somebody types: addresses, one a line.
// It must never say anything else, nor keep anybody waiting: what fails or takes long is left out.
import {
  ADDRESS_KINDS,
  type AddressKind,
  findContinuations,
} from '../../queries/address-completion.ts';
import { withSession } from '../../queries/session.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';

export interface CompleteInput {
  kind: string;
  /** What has been typed of the word so far. */
  prefix: string;
}

/** With the start of the process, still below a second. */
const LIMIT_MS = 600;
/** More than anybody reads. */
const MAX_NAMES = 500;

/** Always 0. */
export async function complete(context: CommandContext, input: CompleteInput): Promise<number> {
  // Whatever is still under way at the end is given up: the process exits.
  context.stopSignal();
  const names = new Set<string>();
  const search = async () => {
    const { kind, prefix } = input;
    if (!isAddressKind(kind)) return;
    await withSession(context, (session) =>
      findContinuations(session, { kind, prefix }, (name) => names.add(name)),
    );
  };
  await Promise.race([search().catch(() => {}), context.delay(LIMIT_MS)]);
  const sorted = [...names].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  for (const name of deeper(sorted, input)) context.out.line(name);
  return EXIT.done;
}

/** One item that is an address in itself may be gone on from, too. */
function deeper(names: readonly string[], { kind, prefix }: CompleteInput): string[] {
  const [only] = names;
  const isItem = names.length === 1 && only !== undefined && only.split('/').length === 2;
  if (isItem && kind === 'address' && only === prefix) return [only, `${only}/`];
  return names.slice(0, MAX_NAMES);
}

function isAddressKind(kind: string): kind is AddressKind {
  return (ADDRESS_KINDS as readonly string[]).includes(kind);
}
