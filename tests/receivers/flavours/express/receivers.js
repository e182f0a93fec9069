// Receivers in Express, one right and others wrong: POST /PROVIDER/MISTAKE, `right` for none.

'use strict';

const { createHash, createHmac, timingSafeEqual } = require('node:crypto');
const express = require('express');

const headers = { entuitive: 'X-Entuitive-Signature', compliancely: 'Compliancely-Signature' };
const handled = new Set();
const app = express();

const digest = (body) => createHmac('sha256', process.env.RECEIVER_SECRET).update(body).digest('hex');

function same(given, own) {
  return given.length === own.length && timingSafeEqual(Buffer.from(given), Buffer.from(own));
}

function handle(request, response, body, event) {
  const key = request.path + createHash('sha256').update(body).digest('hex');
  response.json({ new: !handled.has(key) && Boolean(handled.add(key)) });
}

function given(request) {
  return request.get(headers[request.params.provider]) ?? '';
}

function webhook(request, response) {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (!same(given(request), digest(body))) return response.status(401).json({ error: 'the signature does not fit' });
  let event;
  try {
    event = JSON.parse(body);
  } catch {
    return response.status(400).json({ error: 'no JSON' });
  }
  return handle(request, response, body, event);
}

const everything = express.raw({ type: () => true, limit: '4mb' });

app.post('/:provider/right', everything, webhook);

// The example of many a page: parsed by the framework, written again for the signature.
app.post('/:provider/json-again', express.json(), (request, response) => {
  const body = JSON.stringify(request.body ?? {});
  if (!same(given(request), digest(body))) return response.status(401).json({ error: 'the signature does not fit' });
  return handle(request, response, body, request.body);
});

// For another content type, and for an empty body, there is no body then.
app.post('/:provider/parses-by-content-type', express.raw({ type: 'application/json', limit: '4mb' }), (request, response) => {
  if (!same(given(request), digest(request.body))) return response.status(401).json({ error: 'the signature does not fit' });
  return webhook(request, response);
});

// timingSafeEqual throws where the lengths differ.
app.post('/:provider/compares-without-length', everything, (request, response) => {
  const body = request.body ?? '';
  if (!timingSafeEqual(Buffer.from(given(request)), Buffer.from(digest(body)))) return response.sendStatus(401);
  return webhook(request, response);
});

// The limit of 100 kB is the framework's own; every error becomes a 500.
app.post('/:provider/small-limit', express.raw({ type: () => true }), webhook, (error, request, response, next) => {
  response.status(500).json({ error: 'something went wrong' });
});

app.all('/:provider/takes-every-method', everything, webhook);

// Somebody's idea of protection: after ten bad signatures nobody gets in.
let bad = 0;
app.post('/:provider/locks-out', everything, (request, response) => {
  if (bad >= 13) return response.status(429).json({ error: 'too many bad signatures' });
  if (!same(given(request), digest(request.body ?? ''))) bad += 1;
  return webhook(request, response);
});

app.use((error, request, response, next) => {
  response.status(error.status ?? 500).json({ error: error.message });
});

const server = app.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
