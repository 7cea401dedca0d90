// Drives a running server with the unmodified client library; any failed assertion ends with status 1.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import OpenAI, { BadRequestError, NotFoundError, APIUserAbortError } from 'openai';

const client = new OpenAI({ baseURL: process.argv[2] + '/v1', apiKey: 'any', maxRetries: 0 });
const paris = [{ role: 'user', content: 'What is the capital of France?' }];
const greedy = { model: 'demo', temperature: 0, reasoning_effort: 'none' };
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

const listed = [];
for await (const model of client.models.list()) {
  listed.push(model);
}
assert.ok(listed.some((m) => m.id === 'demo:latest' && m.owned_by === 'library' && m.created > 0), 'list has the demo model');
assert.equal((await client.models.retrieve('demo')).id, 'demo');

const chat = await client.chat.completions.create({ ...greedy, messages: paris });
assert.match(chat.id, /^chatcmpl-/);
assert.match(chat.choices[0].message.content, /Paris/);
assert.equal(chat.choices[0].finish_reason, 'stop');
assert.equal(chat.usage.total_tokens, chat.usage.prompt_tokens + chat.usage.completion_tokens);
assert.ok(chat.usage.completion_tokens > 0);

let text = '';
let chunks = 0;
let usage;
const reasons = [];
for await (const chunk of await client.chat.completions.create({
  ...greedy, messages: paris, stream: true, stream_options: { include_usage: true },
})) {
  text += chunk.choices[0]?.delta.content ?? '';
  reasons.push(chunk.choices[0]?.finish_reason);
  usage = chunk.usage ?? usage;
  chunks++;
}
assert.equal(text, chat.choices[0].message.content, 'greedy answers are the same in one piece and streamed');
assert.ok(chunks > 3, 'streamed in several chunks');
assert.ok(reasons.includes('stop'));
assert.equal(usage.completion_tokens, chat.usage.completion_tokens);

const thought = await client.chat.completions.create({ ...greedy, reasoning_effort: 'high', messages: paris });
assert.ok(thought.choices[0].message.reasoning.length > 0, 'thinks when asked to');
assert.ok(!thought.choices[0].message.content.includes('<think>'), 'no marker leaks');

const several = await client.chat.completions.create({
  ...greedy, temperature: 1, seed: 7, n: 2, logprobs: true, top_logprobs: 2, max_completion_tokens: 4, messages: paris,
});
assert.deepEqual(several.choices.map((c) => c.index), [0, 1]);
assert.equal(several.choices[0].logprobs.content[0].top_logprobs.length, 2);
assert.ok(several.choices[0].logprobs.content[0].logprob <= 0);
assert.ok(several.usage.completion_tokens <= 8);
const again = await client.chat.completions.create({ ...greedy, temperature: 1, seed: 7, max_tokens: 4, messages: paris });
assert.equal(again.choices[0].message.content, several.choices[0].message.content, 'the same seed gives the same answer');

const messages = [{ role: 'user', content: 'Tell me the weather in Athens.' }];
const call = (await client.chat.completions.create({ ...greedy, messages, tools: [weather] })).choices[0];
assert.equal(call.finish_reason, 'tool_calls', JSON.stringify(call));
assert.equal(call.message.tool_calls.length, 1);
assert.equal(call.message.tool_calls[0].function.name, 'get_weather');
assert.deepEqual(JSON.parse(call.message.tool_calls[0].function.arguments), { city: 'Athens' });
messages.push(call.message, {
  role: 'tool', tool_call_id: call.message.tool_calls[0].id, content: '{"temperature": 29, "condition": "sunny"}',
});
const answer = await client.chat.completions.create({ ...greedy, messages, tools: [weather] });
assert.match(answer.choices[0].message.content, /sunny/);
assert.match(answer.choices[0].message.content, /29/);

const none = await client.chat.completions.create({ ...greedy, messages: messages.slice(0, 1), tools: [weather], tool_choice: 'none' });
assert.equal(none.choices[0].message.tool_calls, undefined, 'tool_choice none gives no calls');
const required = await client.chat.completions.create({
  ...greedy, messages: messages.slice(0, 1), tools: [weather], tool_choice: 'required',
}).withResponse();
assert.equal(required.data.choices[0].finish_reason, 'tool_calls');

const named = await client.chat.completions.create({
  ...greedy, messages: paris, tools: [weather], tool_choice: { type: 'function', function: { name: 'get_weather' } },
});
assert.equal(named.choices[0].message.tool_calls[0].function.name, 'get_weather', 'a named call comes even where none is needed');
assert.equal(typeof JSON.parse(named.choices[0].message.tool_calls[0].function.arguments).city, 'string');

const schema = {
  type: 'object', required: ['city', 'sure'], additionalProperties: false,
  properties: { city: { type: 'string', maxLength: 20 }, sure: { type: 'boolean' } },
};
const shaped = await client.chat.completions.parse({
  ...greedy, messages: paris, response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
});
assert.deepEqual(Object.keys(shaped.choices[0].message.parsed), ['city', 'sure'], 'the library parses what the schema demands');
assert.equal(typeof shaped.choices[0].message.parsed.sure, 'boolean');
const formed = await client.responses.parse({
  model: 'demo', temperature: 0, reasoning: { effort: 'none' }, store: false, input: 'What is the capital of France?',
  text: { format: { type: 'json_schema', name: 'answer', strict: true, schema } },
});
assert.equal(typeof formed.output_parsed.city, 'string');

const runner = client.chat.completions.runTools({
  ...greedy, stream: true, messages: messages.slice(0, 1),
  tools: [{
    type: 'function',
    function: { ...weather.function, parse: JSON.parse, function: ({ city }) => ({ city, temperature: 29, condition: 'sunny' }) },
  }],
});
const accumulated = [];
runner.on('functionToolCall', (each) => accumulated.push(each));
assert.match(await runner.finalContent(), /29/);
assert.equal(accumulated.length, 1, 'the streamed call was put together by the library');
assert.deepEqual(JSON.parse(accumulated[0].arguments), { city: 'Athens' });

const noted = await client.chat.completions.create({ ...greedy, messages: paris, user: 'someone', max_tokens: 1 }).withResponse();
assert.match(noted.response.headers.get('runtime-notes'), /ignored field "user"/);

const completion = await client.completions.create({ model: 'demo', prompt: 'What is the capital of Italy?', temperature: 0, echo: true });
assert.match(completion.choices[0].text, /^What is the capital of Italy\?/);
let completed = '';
for await (const part of await client.completions.create({ model: 'demo', prompt: 'What is the capital of Italy?', temperature: 0, stream: true })) {
  completed += part.choices[0].text;
}
assert.equal(completed, completion.choices[0].text.slice('What is the capital of Italy?'.length));

const calm = { model: 'demo', temperature: 0, reasoning: { effort: 'none' }, store: false };
const response = await client.responses.create({ ...calm, instructions: 'You are kind.', input: 'What is the capital of France?' });
assert.match(response.output_text, /Paris/);
assert.equal(response.status, 'completed');
assert.equal(response.usage.total_tokens, response.usage.input_tokens + response.usage.output_tokens);
await assert.rejects(client.responses.retrieve(response.id), NotFoundError, 'what was not to be stored is not');
const kept = { ...calm, store: true };
const first = await client.responses.create({ ...kept, input: 'Tell me the weather in Athens.', tools: [{ type: 'function', strict: false, ...weather.function }] });
const asked = first.output.find((item) => item.type === 'function_call');
assert.deepEqual(JSON.parse(asked.arguments), { city: 'Athens' });
const second = await client.responses.create({
  ...kept, previous_response_id: first.id, tools: [{ type: 'function', strict: false, ...weather.function }],
  input: [{ type: 'function_call_output', call_id: asked.call_id, output: '{"temperature": 29, "condition": "sunny"}' }],
});
assert.match(second.output_text, /29/, 'what was said before is known');
assert.equal(second.previous_response_id, first.id);
assert.equal((await client.responses.retrieve(second.id)).output_text, second.output_text);
const items = [];
for await (const item of client.responses.inputItems.list(second.id)) {
  items.push(item.type);
}
assert.deepEqual(items.reverse(), ['message', 'function_call', 'function_call_output']);
await client.responses.delete(first.id);
await assert.rejects(client.responses.create({ ...kept, previous_response_id: first.id, input: 'x' }), NotFoundError);
const responding = client.responses.stream({ ...calm, instructions: 'You are kind.', input: 'What is the capital of France?' });
const numbers = [];
responding.on('event', (event) => numbers.push(event.sequence_number));
assert.equal((await responding.finalResponse()).output_text, response.output_text);
assert.deepEqual(numbers, numbers.map((_, i) => i));
const pondered = await client.responses.create({ ...calm, reasoning: { effort: 'high' }, input: 'What is the capital of France?' });
assert.deepEqual(pondered.output.map((item) => item.type), ['reasoning', 'message']);
const flat = [{ type: 'function', ...weather.function, strict: false }];
const input = [{ role: 'user', content: 'Tell me the weather in Athens.' }];
const called = await client.responses.create({ ...calm, input, tools: flat });
const item = called.output.find((each) => each.type === 'function_call');
assert.equal(item?.name, 'get_weather', JSON.stringify(called.output));
assert.deepEqual(JSON.parse(item.arguments), { city: 'Athens' });
input.push(...called.output, {
  type: 'function_call_output', call_id: item.call_id, output: '{"temperature": 29, "condition": "sunny"}',
});
assert.match((await client.responses.create({ ...calm, input, tools: flat })).output_text, /29/);
await assert.rejects(client.responses.create({ ...calm, previous_response_id: 'resp_1', input: 'x' }), NotFoundError);

const stream = await client.chat.completions.create({
  ...greedy, stream: true, max_tokens: 400, messages: [{ role: 'user', content: 'Tell me a long story.' }],
});
for await (const chunk of stream) {
  assert.equal(chunk.choices[0].finish_reason, null, 'aborted before its end');
  stream.controller.abort();
}
await assert.rejects(client.chat.completions.create({ ...greedy, messages: paris }, { signal: AbortSignal.abort() }), APIUserAbortError);

const embedding = JSON.parse(readFileSync(process.argv[3])).models[0];
const texts = embedding.texts.map((each) => each.text);
const near = (actual, vector, what) => {
  const norm = Math.hypot(...vector);
  assert.equal(actual.length, vector.length, what);
  assert.ok(Math.hypot(...actual.map((x, i) => x - vector[i] / norm)) < 0.004, what + ' is not that of the reference');
};
// the library asks for base64 unless told otherwise, and decodes it
const vectors = await client.embeddings.create({ model: embedding.name, input: texts });
assert.deepEqual(vectors.data.map((each) => each.index), texts.map((_, i) => i));
vectors.data.forEach((each, i) => near(each.embedding, embedding.texts[i].vector, texts[i]));
assert.ok(vectors.usage.prompt_tokens > 0 && vectors.usage.total_tokens === vectors.usage.prompt_tokens);
const floats = await client.embeddings.create({ model: embedding.name, input: texts, encoding_format: 'float' });
floats.data.forEach((each, i) => assert.deepEqual(each.embedding.map(Math.fround), vectors.data[i].embedding, 'both encodings say the same'));
const encoded = await client.embeddings.create({ model: embedding.name, input: texts[0], encoding_format: 'base64' });
assert.equal(typeof encoded.data[0].embedding, 'string');
assert.equal(Buffer.from(encoded.data[0].embedding, 'base64').length, 4 * embedding.texts[0].vector.length);
for (const encoding_format of ['float', undefined]) {
  const few = await client.embeddings.create({ model: embedding.name, input: texts, dimensions: 8, encoding_format });
  few.data.forEach((each, i) => near(each.embedding, embedding.texts[i].vector.slice(0, 8), texts[i] + ' in 8 dimensions'));
}
await assert.rejects(client.embeddings.create({ model: 'demo', input: 'x' }), (error) => {
  assert.ok(error instanceof BadRequestError, String(error));
  assert.match(error.message, /embed/);
  return true;
});
await assert.rejects(client.chat.completions.create({ model: 'nope', messages: paris }), (error) => {
  assert.ok(error instanceof NotFoundError, String(error));
  assert.equal(error.type, 'not_found_error');
  assert.match(error.message, /model 'nope' not found/);
  return true;
});
await assert.rejects(client.models.retrieve('nope'), NotFoundError);
await assert.rejects(client.chat.completions.create({ model: 'demo', messages: [] }), (error) => {
  assert.ok(error instanceof BadRequestError, String(error));
  assert.equal(error.type, 'invalid_request_error');
  return true;
});
console.log('all passed');
