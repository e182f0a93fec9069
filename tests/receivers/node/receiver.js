// A receiver in Node. It checks as Entuitive's webhooks page describes (read 2026-11): the hex HMAC-SHA256 of the
// raw body, compared with the header. 200 accepts; 401 refuses. It listens on a free port and says which.

'use strict';

const { createHmac } = require('node:crypto');
const { createServer } = require('node:http');

const header = process.env.RECEIVER_HEADER.toLowerCase();
const secret = process.env.RECEIVER_SECRET;

function answer(request, response, body) {
  const own = createHmac('sha256', secret).update(body).digest('hex');
  const fits = request.headers[header] === own;
  response.writeHead(fits ? 200 : 401, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ ok: fits }));
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => answer(request, response, Buffer.concat(chunks)));
});

server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
