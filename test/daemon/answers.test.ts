import { expect, it } from 'vitest';
import { Answers } from '../../src/daemon/answers.ts';

function later() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}

function rig() {
  const given: string[] = [];
  const holds: boolean[] = [];
  const answers = new Answers({
    reply: (lines) => void given.push(...lines),
    hold: (held) => void holds.push(held),
  });
  return { answers, given, holds };
}

it('are given in the order of the commands', async () => {
  const { answers, given } = rig();
  answers.give(['one']);
  const second = later();
  const third = later();
  answers.giveAfter(second.promise, ['two']);
  answers.giveAfter(third.promise, ['three']);
  answers.give(['four']);
  third.resolve();
  await third.promise;
  expect(given).toEqual(['one']);
  second.resolve();
  await second.promise;
  await Promise.resolve();
  expect(given).toEqual(['one', 'two', 'three', 'four']);
});

it('hold the commands back when too many wait, and are forgotten with who asked', async () => {
  const { answers, given, holds } = rig();
  const known = later();
  for (let i = 0; i < 1200; i++) answers.giveAfter(known.promise, ['x']);
  expect(holds).toEqual([true]);
  answers.forget();
  expect(holds).toEqual([true, false]);
  known.resolve();
  await known.promise;
  await Promise.resolve();
  expect(given).toEqual([]);
});

it('hold the commands back until the work is done that one began, whatever is answered meanwhile', async () => {
  const { answers, given, holds } = rig();
  const [work, known] = [later(), later()];
  answers.busyWith(work.promise);
  expect(holds).toEqual([true]);
  answers.giveAfter(known.promise, ['known']);
  known.resolve();
  await known.promise;
  await Promise.resolve();
  expect(given).toEqual(['known']);
  answers.forget();
  expect(holds).toEqual([true]);
  work.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(holds).toEqual([true, false]);
});

it('are waited for until all are given, or who asked is gone', async () => {
  const { answers } = rig();
  const [first, second] = [later(), later()];
  let settled = 0;
  const wait = () => void answers.given().then(() => settled++);
  await answers.given();
  answers.giveAfter(first.promise, ['one']);
  answers.giveAfter(second.promise, ['two']);
  wait();
  first.resolve();
  await new Promise(setImmediate);
  expect(settled).toBe(0);
  second.resolve();
  await new Promise(setImmediate);
  expect(settled).toBe(1);
  answers.giveAfter(later().promise, ['never']);
  wait();
  answers.forget();
  await new Promise(setImmediate);
  expect(settled).toBe(2);
});
