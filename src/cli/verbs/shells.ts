import type { VerbRow } from './row.ts';

// Verbs for the shell of whoever types.

export const SHELL = {
  usage: 'install|uninstall|completion [bash|zsh|fish]',
  help: 'Put the completion into the home directory, take it away, or print it; default: the shell in $SHELL',
  operands: [1, 2],
  completes: ['install', 'uninstall', 'completion'],
  options: {},
  examples: [['peerline shell install bash', 'completion in every new bash']],
} as const satisfies VerbRow;

export const COMPLETION = {
  usage: '[bash|zsh|fish]',
  help: 'Print the completion of a shell; default: the one in $SHELL',
  operands: [0, 1],
  completes: ['bash', 'zsh', 'fish'],
  options: {},
  examples: [['peerline completion bash >> ~/.bashrc', '']],
} as const satisfies VerbRow;

export const VERSION = {
  usage: '',
  help: 'Print the version of Peerline and of Node',
  operands: [0, 0],
  options: {},
  examples: [['peerline version', 'peerline 0.1.0 (node 20.19.2)']],
} as const satisfies VerbRow;
