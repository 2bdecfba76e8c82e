// Adds up what every step of a run counted, and ends with one plain line.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? 'test-results';
const total = { passed: 0, failed: 0, skipped: 0 };

for (const name of readdirSync(folder).sort()) {
  const text = readFileSync(join(folder, name), 'utf8');
  if (name.startsWith('step-')) {
    if (text.trim() === 'passed') total.passed++;
    else {
      total.failed++;
      console.log(`failed: ${name.slice('step-'.length)}`);
    }
  } else if (name.endsWith('.json')) {
    const counts = JSON.parse(text);
    total.passed += counts.numPassedTests ?? counts.passed ?? 0;
    total.failed += counts.numFailedTests ?? counts.failed ?? 0;
    total.skipped += (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0) + (counts.skipped ?? 0);
  }
}

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
