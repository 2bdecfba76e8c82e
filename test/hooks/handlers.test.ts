import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { sleep, until, watch, which } from './support.ts';

const LINE = '{"type":"state","n":1}';

/** Programs as handlers: each is told one line and answers with one. */
const HANDLERS: readonly { program: string; args: readonly string[] }[] = [
  { program: 'cat', args: [] },
  { program: 'cat', args: ['/dev/stdin'] },
  { program: 'tee', args: ['/dev/null'] },
  { program: 'jq', args: ['-c', '--unbuffered', '.'] },
  { program: 'awk', args: ['{ print; fflush() }'] },
  { program: 'awk', args: ['{ print > "/dev/stdout"; fflush() }'] },
  { program: 'sed', args: ['-u', ''] },
  { program: 'bash', args: ['-c', 'while read -r line; do echo "$line"; done'] },
  { program: 'bash', args: ['-c', 'cat /dev/stdin'] },
  { program: 'bash', args: ['-c', 'read -r line; echo "$line" > /dev/stdout; sleep 5'] },
  {
    program: 'bash',
    args: ['-c', 'read -r line < /dev/stdin; echo x > /dev/stderr && echo "$line"; sleep 5'],
  },
  {
    program: 'bash',
    args: ['-c', 'read -r line < /proc/self/fd/0; echo "$line" | tee /dev/stderr; sleep 5'],
  },
  { program: 'sh', args: ['-c', 'read -r line; echo "$line"; sleep 5'] },
  {
    program: 'python3',
    args: ['-c', 'import sys\nfor line in sys.stdin: print(line, end="", flush=True)'],
  },
  {
    program: 'python3',
    args: [
      '-uc',
      'out = open("/dev/stdout", "w")\nfor line in open("/dev/stdin"): out.write(line); out.flush()',
    ],
  },
  { program: 'perl', args: ['-ne', '$| = 1; print'] },
  { program: 'perl', args: ['-e', '$| = 1; open(my $in, "<", "/dev/stdin") or die; print while <$in>'] },
  { program: process.execPath, args: ['-e', 'process.stdin.on("data", (d) => process.stdout.write(d))'] },
];

describe.runIf(process.platform === 'linux')('programs as handlers', () => {
  it.for(HANDLERS.map((row) => ({ ...row, title: [row.program, ...row.args].join(' ') })))(
    '$title',
    async ({ program, args }, { skip }) => {
      const path = which(program);
      skip(path === undefined, `${program} is not installed`);
      const { child, lines } = watch([path as string, ...args]);
      child.start();
      child.offer('event', `${LINE}\n`);
      await until(() => lines.length > 0);
      expect(lines[0]).toBe(LINE);
      await child.stop();
    },
  );

  it('a shell that answers and ends at once is heard', async () => {
    const { child, lines } = watch(['/bin/sh', '-c', 'echo one; printf two']);
    child.start();
    await until(() => child.state === 'ended');
    expect(lines).toEqual(['one', 'two']);
    expect(child.stats().lastExit).toEqual({ code: 0, signal: undefined });
  });

  it('knows its environment, directory, group and descriptors', async () => {
    process.env.HANDLER_SEES = 'this';
    const script =
      'echo "$TERM $PEERLINE_PROCESS $PEERLINE_VERSION $PEERLINE_API_VERSION $HANDLER_SEES $PWD"; ps -o pgid= -p $$ 2>/dev/null || echo $$; echo $$; ls /proc/self/fd; cat';
    const { child, lines } = watch(['/bin/sh', '-c', script]);
    const other = watch(['/bin/cat']);
    other.child.start();
    await until(() => other.child.state === 'running');
    child.start();
    await until(() => lines.length >= 6);
    await sleep(50);
    expect(lines[0]).toBe('dumb watch 1.2.3 5 this /');
    expect(lines[1]?.trim()).toBe(lines[2]);
    expect(lines.slice(3)).toEqual(
      execFileSync('/bin/ls', ['/proc/self/fd'], { encoding: 'utf8' }).trim().split('\n'),
    );
    await Promise.all([child.stop(), other.child.stop()]);
  });
});
