// Which of the library's error classes a client gets, of a server that has one place, no queue, and the plug-in of ../../plugins/stage.
import assert from 'node:assert/strict';
import Anthropic, {
  APIError, AuthenticationError, BadRequestError, InternalServerError, NotFoundError, PermissionDeniedError, RateLimitError,
} from '@anthropic-ai/sdk';

const baseURL = process.argv[2];
const clientOf = (apiKey, maxRetries = 0) => new Anthropic({ baseURL, apiKey, maxRetries });
const client = clientOf('any');
const messages = [{ role: 'user', content: 'What is the capital of France?' }];
const chat = { model: 'demo', max_tokens: 200, messages, thinking: { type: 'disabled' } };

async function fails(promise, kind, status, type, text) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof kind, String(error.constructor.name));
    assert.equal(error.status, status);
    assert.equal(error.error.type, 'error');
    assert.equal(error.error.error.type, type);
    assert.match(error.error.error.message, text);
    assert.match(error.error.request_id, /^req_/);
    return true;
  });
}

const calls = [
  (c) => c.messages.create(chat),
  (c) => c.messages.create({ ...chat, stream: true }),
  (c) => c.messages.countTokens({ model: 'demo', messages }),
];
for (const call of calls) {
  await fails(call(clientOf('revoked')), AuthenticationError, 401, 'authentication_error', /this key was revoked/);
  await fails(call(clientOf('barred')), PermissionDeniedError, 403, 'permission_error', /may not do that/);
  await fails(call(clientOf('spent')), RateLimitError, 429, 'rate_limit_error', /quota of this key is used up/);
}
await assert.rejects(clientOf('spent').messages.create(chat), (error) => {
  assert.equal(error.headers.get('retry-after'), '7', 'says when to come again');
  return true;
});
await fails(client.messages.create({ ...chat, max_tokens: 0 }), BadRequestError, 400, 'invalid_request_error', /max_tokens/);
await fails(client.messages.create({ ...chat, messages: [] }), BadRequestError, 400, 'invalid_request_error', /messages/);
await fails(client.messages.create({ ...chat, model: 'nope' }), NotFoundError, 404, 'not_found_error', /model 'nope' not found/);
await fails(client.messages.countTokens({ model: 'nope', messages }), NotFoundError, 404, 'not_found_error', /model 'nope' not found/);

// one long reply takes the only place; there is no queue
const running = await client.messages.create({
  ...chat, max_tokens: 10000, stream: true,
  output_config: { format: { type: 'json_schema', schema: { type: 'array', items: { const: 'word' }, minItems: 3000, maxItems: 3000 } } },
});
for await (const event of running) {
  if (event.type !== 'content_block_delta') {
    continue;
  }
  for (const call of calls.slice(0, 2)) {
    await fails(call(client), InternalServerError, 503, 'overloaded_error', /server busy/);
  }
  await assert.rejects(client.messages.create(chat), (error) => {
    assert.equal(error.headers.get('retry-after'), '1');
    return true;
  });
  break;
}
running.controller.abort();
const patient = await clientOf('any', 10).messages.create(chat);
assert.match(patient.content[0].text, /Paris/, 'the library tries again until there is room');

// the engine fails, before its first event and after some
const stage = async (script, failure) => {
  const reply = await fetch(baseURL + '/stage', { method: 'POST', body: JSON.stringify({ reply: {}, script, failure }) });
  assert.equal(reply.status, 200);
};
const staged = { ...chat, model: 'test' };
const broken = { code: 'device.failed', message: 'the device is gone' };
await stage([], broken);
await fails(client.messages.create({ ...staged, stream: true }), InternalServerError, 500, 'api_error', /the device is gone/);
await stage([{ started: 3 }, { content: 'Hal' }, { content: 'lo' }], broken);
let text = '';
await assert.rejects(async () => {
  for await (const event of await client.messages.create({ ...staged, stream: true })) {
    text += event.delta?.text ?? '';
  }
}, (error) => {
  assert.ok(error instanceof APIError, String(error));
  assert.equal(error.error.error.type, 'api_error');
  assert.match(error.message, /the device is gone/);
  return true;
});
assert.equal(text, 'Hallo', 'what came before the failure was received');
await assert.rejects(client.messages.stream(staged).finalMessage(), (error) => error instanceof APIError && /the device is gone/.test(error.message));
await stage([{ content: 'Hallo' }, { done: 'STOP', prompt: 3, output: 1 }]);
assert.equal((await client.messages.create(staged)).content[0].text, 'Hallo', 'the server goes on');
console.log('all passed');
