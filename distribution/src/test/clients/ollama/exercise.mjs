// Drives a running server with the unmodified client library; any failed assertion ends with status 1.
// Arguments: the server, and the address of a container registry if one runs. The server has a model `bert`, which embeds.
import assert from 'node:assert/strict';
import { Ollama } from 'ollama';

const client = new Ollama({ host: process.argv[2] });
const registry = process.argv[3];
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Get the current weather of a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', description: 'name of the city' } },
      required: ['city'],
    },
  },
};
const greedy = { temperature: 0 };

const { models } = await client.list();
assert.ok(models.some((m) => m.name === 'demo:latest' && m.size > 5_000_000), 'list has the demo model');

const shown = await client.show({ model: 'demo' });
assert.equal(shown.details.family, 'qwen3');
assert.equal(shown.model_info['qwen3.context_length'], 4096);
for (const capability of ['completion', 'tools', 'thinking']) {
  assert.ok(shown.capabilities.includes(capability), capability);
}

let text = '';
let chunks = 0;
let last;
for await (const part of await client.chat({
  model: 'demo', stream: true, think: false, options: greedy,
  messages: [{ role: 'user', content: 'What is the capital of France?' }],
})) {
  assert.equal(part.message.role, 'assistant');
  text += part.message.content;
  chunks++;
  last = part;
}
assert.match(text, /Paris/);
assert.ok(chunks > 2, 'streamed in several chunks');
assert.equal(last.done, true);
assert.equal(last.done_reason, 'stop');
assert.ok(last.eval_count > 0 && last.prompt_eval_count > 0 && last.total_duration > 0);

const thought = await client.chat({
  model: 'demo', think: true, options: greedy,
  messages: [{ role: 'user', content: 'What is the capital of France?' }],
});
assert.ok(thought.message.thinking.length > 0, 'thinks when asked to');
assert.ok(!thought.message.content.includes('<think>'), 'no marker leaks');
assert.match(thought.message.content, /Paris/);

const messages = [{ role: 'user', content: 'Tell me the weather in Athens.' }];
const call = await client.chat({ model: 'demo', think: false, options: greedy, messages, tools: [weather] });
assert.equal(call.message.tool_calls?.length, 1, JSON.stringify(call.message));
assert.equal(call.message.tool_calls[0].function.name, 'get_weather');
assert.deepEqual(call.message.tool_calls[0].function.arguments, { city: 'Athens' });
assert.ok(!call.message.content.includes('<tool_call>'), 'no marker leaks');

messages.push(call.message, { role: 'tool', tool_name: 'get_weather', content: '{"temperature": 29, "condition": "sunny"}' });
const answer = await client.chat({ model: 'demo', think: false, options: greedy, messages, tools: [weather] });
assert.match(answer.message.content, /sunny/);
assert.match(answer.message.content, /29/);

const generated = await client.generate({ model: 'demo', prompt: 'What is the capital of Italy?', think: false, options: greedy });
assert.match(generated.response, /Rome/);

const running = await client.ps();
assert.ok(running.models.some((m) => m.name === 'demo:latest' && m.size_vram === 0));

assert.match((await client.version()).version, /^\d+\.\d+/);
const steps = [];
for await (const step of await client.create({ model: 'mine', from: 'demo', system: 'You are kind.', stream: true })) {
  steps.push(step.status);
}
assert.equal(steps.at(-1), 'success');
assert.equal((await client.show({ model: 'mine' })).system, 'You are kind.');
await client.copy({ source: 'mine', destination: 'yours' });
assert.ok((await client.list()).models.some((m) => m.name === 'yours:latest'));
await client.delete({ model: 'mine' });
await client.delete({ model: 'yours' });
assert.ok(!(await client.list()).models.some((m) => m.name === 'mine:latest' || m.name === 'yours:latest'));
await assert.rejects(client.delete({ model: 'mine' }), (error) => error.status_code === 404);
await assert.rejects(client.embed({ model: 'demo', input: 'x' }), /embed/);
await assert.rejects(client.embeddings({ model: 'demo', prompt: 'x' }), /embed/);
const { embeddings } = await client.embed({ model: 'bert', input: ['one', 'two'] });
assert.equal(embeddings.length, 2);
assert.ok(Math.abs(Math.hypot(...embeddings[0]) - 1) < 1e-5, 'vectors have length 1');
assert.equal((await client.embed({ model: 'bert', input: 'one', dimensions: 8 })).embeddings[0].length, 8);
const { embedding } = await client.embeddings({ model: 'bert', prompt: 'one' });
const dot = embedding.reduce((sum, x, i) => sum + x * embeddings[0][i], 0);
assert.ok(Math.abs(dot / Math.hypot(...embedding) - 1) < 1e-5, 'both routes give the same direction');
assert.equal(await client.encodeImage(new Uint8Array([1, 2, 3])), 'AQID');

if (registry) {
  const name = `${registry}/library/pushed`;
  await client.create({ model: name, from: 'demo', system: 'You are far away.' });
  const digest = (await client.list()).models.find((m) => m.name === `${name}:latest`).digest;
  const pushed = [];
  for await (const step of await client.push({ model: name, stream: true })) {
    pushed.push(step);
  }
  assert.equal(pushed[0].status, 'retrieving manifest');
  assert.ok(pushed.some((step) => step.digest?.startsWith('sha256:') && step.completed === step.total), JSON.stringify(pushed));
  assert.equal(pushed.at(-1).status, 'success');
  assert.equal((await client.push({ model: name })).status, 'success', 'what is there already is pushed again');
  await client.delete({ model: name });
  const pulled = [];
  for await (const step of await client.pull({ model: name, stream: true })) {
    pulled.push(step);
  }
  assert.equal(pulled[0].status, 'pulling manifest');
  assert.ok(pulled.some((step) => step.total > 5_000_000 && step.completed === step.total), JSON.stringify(pulled));
  assert.equal(pulled.at(-1).status, 'success');
  assert.equal((await client.list()).models.find((m) => m.name === `${name}:latest`).digest, digest, 'it came back as it was');
  assert.equal((await client.show({ model: name })).system, 'You are far away.');
  assert.equal((await client.pull({ model: name })).status, 'success');
  await client.delete({ model: name });
  await assert.rejects(client.pull({ model: `${registry}/library/nothing` }), /file does not exist/);
  // a base that is not here is pulled first
  const made = [];
  for await (const step of await client.create({ model: 'built', from: name, stream: true })) {
    made.push(step.status);
  }
  assert.equal(made[0], 'pulling manifest');
  assert.equal(made.at(-1), 'success');
  assert.equal((await client.show({ model: 'built' })).system, 'You are far away.');
  await client.delete({ model: 'built' });
  await client.delete({ model: name });
}
// these two speak to the cloud and never to this server; a route of newer servers is refused in a form that the library reads
await assert.rejects(client.webSearch({ query: '' }), /Query is required/);
await assert.rejects(client.webFetch({ url: '' }), /URL is required/);
await assert.rejects(client.systemone({}), (error) => error.status_code === 404);
// no registry listens there
await assert.rejects(client.pull({ model: '127.0.0.1:9/none/there', insecure: true }));
await assert.rejects(client.push({ model: '127.0.0.1:9/none/there', insecure: true }));
assert.deepEqual(await client.generate({ model: 'demo', prompt: '', keep_alive: 0 }).then((r) => [r.done, r.done_reason]), [true, 'unload']);

const stream = await client.chat({
  model: 'demo', stream: true, think: false, options: { temperature: 0, num_predict: 400 },
  messages: [{ role: 'user', content: 'Tell me a long story.' }],
});
let aborted = false;
try {
  for await (const part of stream) {
    assert.ok(!part.done, 'aborted before its end');
    client.abort();
  }
} catch (error) {
  aborted = error.name === 'AbortError';
}
assert.ok(aborted, 'abort ends the stream');

await assert.rejects(client.chat({ model: 'nope', messages: [{ role: 'user', content: 'x' }] }), (error) => {
  assert.equal(error.status_code, 404);
  assert.match(error.message, /not found/);
  return true;
});
console.log('all passed');
