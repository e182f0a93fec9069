// node --test webhooks.test.mjs - Node 20 or newer, no packages, and a running emulator.
import assert from 'node:assert/strict';
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, afterEach, before, beforeEach, test } from 'node:test';

const EMULATOR = process.env.WEBHOOK_EMULATOR_URL ?? 'http://127.0.0.1:4622';
const SECRET = 'demo-secret';

// Stands for your application: it checks the signature over the bytes as they came, before it parses them.
const application = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const own = createHmac('sha256', SECRET).update(Buffer.concat(chunks)).digest();
  const sent = Buffer.from(request.headers['x-entuitive-signature'] ?? '', 'hex');
  const genuine = sent.length === own.length && timingSafeEqual(sent, own);
  response.writeHead(genuine ? 200 : 401).end();
});

async function ask(path, body) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(EMULATOR + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const told = await answer.json();
  assert.ok(answer.ok, told.error?.message);
  return told;
}

async function play(scenario) {
  const target = `http://127.0.0.1:${application.address().port}/webhooks`;
  const run = await ask('/api/v1/runs?wait=30s', { scenario, target, secret: SECRET, labels });
  assert.equal(run.verdict, 'passed', run.failures.map(({ event, message }) => `${event ?? 'run'}: ${message}`).join('\n'));
}

let labels;
before(() => once(application.listen(0, '127.0.0.1'), 'listening'));
after(() => application.close());
beforeEach(() => { labels = { suite: 'node', test: randomUUID() }; });
afterEach(() => ask('/api/v1/reset', { labels }));

test('every event is accepted at once', async () => {
  await play('entuitive/every-event');
  const match = { labels, type: 'user.created', result: 'accepted', number: 1 };
  const verified = await ask('/api/v1/verify', { match, count: 1, within: '5s' });
  assert.equal(verified.verdict, 'passed', verified.message);
});

test('a forged webhook is refused', async () => {
  await play('entuitive/forged');
});
