#!/usr/bin/env -S node --max-semi-space-size=32
// Starts the command line from whatever folder: the TypeScript loader is looked for beside this file, not
// beside the caller. Plain JavaScript, because nothing else runs before that loader; it does nothing more.
// A busy host makes many short-lived objects: a larger nursery spares it a fifth of its time.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
