// The finding for a name that points nowhere.
// It must never list names the reader cannot write down where they are asked for.
import { shown } from './issue-findings.ts';
import { nearestName } from './nearest-name.ts';
import { type Finding, listed, type Path, suggestion } from './problems.ts';

/** A name that must be one of `names`, and is not. */
export function danglingName(
  path: Path,
  name: string,
  { what, names }: { what: string; names: readonly string[] },
): Finding {
  const nearest = nearestName(name, names);
  const expected = `the name of a ${what}: ${listed(names)}`;
  const message = `there is no ${what} ${shown(name)} (there is: ${listed(names)})`;
  return {
    path,
    spot: 'value',
    message: `${message}${suggestion(nearest)}`,
    got: name,
    expected,
    ...(nearest === undefined ? {} : { nearest }),
  };
}
