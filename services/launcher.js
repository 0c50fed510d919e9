#!/usr/bin/env node
// Starts the command line from whatever folder: the TypeScript loader is looked for beside this file, not
// beside the caller. Plain JavaScript, because nothing else runs before that loader; it does nothing more.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
