// Which of the library's error classes a client gets, of a server that has one place, no queue, and the plug-in of ../../plugins/stage.
import assert from 'node:assert/strict';
import OpenAI, {
  APIError, AuthenticationError, BadRequestError, InternalServerError, NotFoundError, PermissionDeniedError, RateLimitError,
} from 'openai';

const baseURL = process.argv[2] + '/v1';
const clientOf = (apiKey, maxRetries = 0) => new OpenAI({ baseURL, apiKey, maxRetries });
const client = clientOf('any');
const messages = [{ role: 'user', content: 'What is the capital of France?' }];
const chat = { model: 'demo', messages, reasoning_effort: 'none' };

async function fails(promise, kind, status, type, text) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof kind, String(error.constructor.name));
    assert.equal(error.status, status);
    assert.equal(error.type, type);
    assert.equal(error.param, null);
    assert.match(error.message, text);
    return true;
  });
}

const calls = [
  (c) => c.chat.completions.create(chat),
  (c) => c.chat.completions.create({ ...chat, stream: true }),
  (c) => c.completions.create({ model: 'demo', prompt: 'x' }),
  (c) => c.responses.create({ model: 'demo', input: 'x' }),
  (c) => c.embeddings.create({ model: 'demo', input: 'x' }),
  (c) => c.models.retrieve('demo'),
];
for (const call of calls) {
  await fails(call(clientOf('revoked')), AuthenticationError, 401, 'api_error', /this key was revoked/);
  await fails(call(clientOf('barred')), PermissionDeniedError, 403, 'api_error', /may not do that/);
  await fails(call(clientOf('spent')), RateLimitError, 429, 'api_error', /quota of this key is used up/);
}
await assert.rejects(client.chat.completions.create(chat, { headers: { authorization: 'Bearer spent' } }), (error) => {
  assert.equal(error.headers.get('retry-after'), '7', 'says when to come again');
  return true;
});
await fails(client.chat.completions.create({ ...chat, messages: [] }), BadRequestError, 400, 'invalid_request_error', /too short/);
await fails(client.chat.completions.create({ ...chat, top_logprobs: 25, logprobs: true }), BadRequestError, 400, 'invalid_request_error', /between 0 and 20/);
await fails(client.chat.completions.create({ ...chat, model: 'nope' }), NotFoundError, 404, 'not_found_error', /model 'nope' not found/);
await fails(client.responses.create({ model: 'nope', input: 'x' }), NotFoundError, 404, 'not_found_error', /model 'nope' not found/);
await fails(client.responses.retrieve('resp_0'), NotFoundError, 404, 'not_found_error', /resp_0/);
await fails(client.embeddings.create({ model: 'nope', input: 'x' }), NotFoundError, 404, 'not_found_error', /nope/);
await fails(client.models.retrieve('nope'), NotFoundError, 404, 'not_found_error', /nope/);

// one long reply takes the only place; there is no queue
const long = { ...chat, stream: true, guided_regex: '(word ){3000}', max_tokens: 10000 };
const running = await client.chat.completions.create(long);
for await (const chunk of running) {
  assert.ok(chunk.choices[0].delta.content);
  for (const call of calls.slice(0, 4)) {
    await fails(call(client), InternalServerError, 503, 'api_error', /server busy/);
  }
  await assert.rejects(client.chat.completions.create(chat), (error) => {
    assert.equal(error.headers.get('retry-after'), '1');
    return true;
  });
  break;
}
running.controller.abort();
const patient = await clientOf('any', 10).chat.completions.create(chat);
assert.match(patient.choices[0].message.content, /Paris/, 'the library tries again until there is room');

// the engine fails, before its first event and after some
const stage = async (script, failure) => {
  const reply = await fetch(process.argv[2] + '/stage', { method: 'POST', body: JSON.stringify({ reply: {}, script, failure }) });
  assert.equal(reply.status, 200);
};
const staged = { ...chat, model: 'test', reasoning_effort: undefined };
const broken = { code: 'device.failed', message: 'the device is gone' };
await stage([], broken);
await fails(client.chat.completions.create({ ...staged, stream: true }), InternalServerError, 500, 'api_error', /the device is gone/);
await stage([{ content: 'Hal' }, { content: 'lo' }], broken);
let text = '';
await assert.rejects(async () => {
  for await (const chunk of await client.chat.completions.create({ ...staged, stream: true })) {
    text += chunk.choices[0].delta.content;
  }
}, (error) => {
  assert.ok(error instanceof APIError, String(error));
  assert.match(error.message, /the device is gone/);
  assert.equal(error.type, 'api_error');
  return true;
});
assert.equal(text, 'Hallo', 'what came before the failure was received');
text = '';
await assert.rejects(async () => {
  for await (const part of await client.completions.create({ model: 'test', prompt: 'x', stream: true })) {
    text += part.choices[0].text;
  }
}, (error) => error instanceof APIError && /the device is gone/.test(error.message));
assert.equal(text, 'Hallo');
await assert.rejects(client.chat.completions.stream(staged).finalContent(), (error) => error instanceof APIError && /the device is gone/.test(error.message));
const seen = [];
for await (const event of await client.responses.create({ model: 'test', input: 'x', stream: true })) {
  seen.push(event);
}
assert.equal(seen.at(-1).type, 'response.failed', JSON.stringify(seen.at(-1)));
assert.match(seen.at(-1).response.error.message, /the device is gone/);
assert.deepEqual(seen.map((event) => event.sequence_number), seen.map((_, i) => i));
await stage([{ content: 'Hallo' }, { done: 'STOP', prompt: 3, output: 1 }]);
assert.equal((await client.chat.completions.create(staged)).choices[0].message.content, 'Hallo', 'the server goes on');
console.log('all passed');
