#!/usr/bin/env node
// http-api.mjs HOST PORT: PUT /routes/192.0.2.0/24?community=65001:1 announces, DELETE withdraws, GET /routes lists.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const [host, port] = process.argv.slice(2);
const routes = new Map();
/** Requests whose command is not answered yet, oldest first: replies come in the order of the commands. */
const waiting = [];

const PREFIX = /^[0-9a-f.:]+\/\d{1,3}$/i;
const COMMUNITY = /^\d{1,5}:\d{1,5}$/;

function command(line) {
  return new Promise((resolve) => {
    waiting.push(resolve);
    process.stdout.write(`${line}\n`);
  });
}

async function announce(prefix, query) {
  const communities = query.getAll('community');
  if (!communities.every((each) => COMMUNITY.test(each))) return { status: 400, body: 'a community is A:B' };
  const list = communities.length > 0 ? ` community [ ${communities.join(' ')} ]` : '';
  if ((await command(`announce route ${prefix} next-hop self${list}`)) !== 'done') {
    return { status: 422, body: 'Peerline refused it: see its log' };
  }
  routes.set(prefix, communities);
  return { status: 200, body: `announced ${prefix}` };
}

async function withdraw(prefix) {
  if (!routes.has(prefix)) return { status: 404, body: `${prefix} is not announced` };
  if ((await command(`withdraw route ${prefix}`)) !== 'done') return { status: 422, body: 'refused' };
  routes.delete(prefix);
  return { status: 200, body: `withdrew ${prefix}` };
}

async function answer({ method, url }) {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (method === 'GET' && pathname === '/routes') {
    const list = [...routes].map(([prefix, community]) => ({ prefix, community }));
    return { status: 200, body: JSON.stringify(list) };
  }
  const prefix = decodeURIComponent(pathname.slice('/routes/'.length));
  // The prefix becomes part of a command line: nothing but a prefix may pass.
  if (!pathname.startsWith('/routes/') || !PREFIX.test(prefix)) return { status: 404, body: 'no such thing' };
  if (method === 'PUT') return announce(prefix, searchParams);
  if (method === 'DELETE') return withdraw(prefix);
  return { status: 405, body: 'PUT or DELETE' };
}

const server = createServer(async (request, response) => {
  const { status, body } = await answer(request).catch((err) => ({ status: 400, body: err.message }));
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${body}\n`);
});
server.listen(Number(port), host, () => console.error(`http://${host}:${port}/routes`));

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'done' || line === 'error') waiting.shift()?.(line);
  })
  .on('close', () => process.exit());
