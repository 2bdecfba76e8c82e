import { Migrating } from './migrating.ts';
import { migrateRoutes } from './route.ts';

/** The words of a route in a command as they are today; the command itself stays. */
export function migrateCommandWords(line: string): string {
  // a statement ends with a semicolon, or a block
  const text = /[;}]\s*$/.test(line) ? line : `${line};`;
  const migrating = new Migrating(text, 'command');
  migrateRoutes(migrating.statements, migrating);
  const rendered = migrating.edits.render();
  return text === line ? rendered : rendered.slice(0, -1);
}
