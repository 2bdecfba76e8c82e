// npm runs this after `npm install` here. It does so too for the first `npx peerline` in this directory, which puts a
// link to it into npm's cache: half a minute of silence for what is built already, and whoever interrupts it has a
// cache that never works again.
import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

const forNpx = process.env.npm_command === 'exec' && existsSync('dist/cli/main.js');
if (!forNpx) execSync('npm run build', { stdio: 'inherit' });
