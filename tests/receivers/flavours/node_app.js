// Receivers in plain Node, one right and others wrong: POST /PROVIDER/MISTAKE, `right` for none.

'use strict';

const { createHash, createHmac } = require('node:crypto');
const { createServer } = require('node:http');

const headers = { entuitive: 'x-entuitive-signature', compliancely: 'compliancely-signature' };
const handled = new Set();

const digest = (body) => createHmac('sha256', process.env.RECEIVER_SECRET).update(body).digest('hex');

function answer(response, status, told) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(told));
}

function webhook(request, response, body, provider) {
  if (request.headers[headers[provider]] !== digest(body)) return answer(response, 401, { error: 'the signature does not fit' });
  try {
    JSON.parse(body);
  } catch {
    return answer(response, 400, { error: 'no JSON' });
  }
  const key = request.url + createHash('sha256').update(body).digest('hex');
  answer(response, 200, { new: !handled.has(key) && Boolean(handled.add(key)) });
}

async function read(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const server = createServer(async (request, response) => {
  const [, provider, mistake] = request.url.split('/');
  if (request.method !== 'POST') return answer(response, 405, { error: 'POST, please' });
  if (mistake === 'reads-into-the-connection') {
    const chunks = (request.socket.chunks ??= []); // the next request on it finds the body of the one before
    request.on('data', (chunk) => chunks.push(chunk));
    return request.on('end', () => webhook(request, response, Buffer.concat(chunks), provider));
  }
  if (mistake === 'dies-of-errors') {
    const body = await read(request);
    if (request.headers[headers[provider]] === digest(body)) JSON.parse(body); // what it throws, nobody catches
    return webhook(request, response, body, provider);
  }
  try {
    webhook(request, response, await read(request), provider);
  } catch {
    response.destroy();
  }
});

server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
