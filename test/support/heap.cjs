// Loaded into a daemon by NODE_OPTIONS: when the file HEAP_ASK appears, what is alive in its heap goes into HEAP_ASK.octets.
const { existsSync, renameSync, unlinkSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const { HEAP_ASK: file } = process.env;
if (file !== undefined && process.argv.includes('run')) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const look = () => {
    if (!existsSync(file)) return;
    unlinkSync(file);
    collect();
    collect();
    writeFileSync(`${file}.part`, String(process.memoryUsage().heapUsed));
    renameSync(`${file}.part`, `${file}.octets`);
  };
  setInterval(look, 100).unref();
}
