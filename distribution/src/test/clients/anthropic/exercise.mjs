// Drives a running server with the unmodified client library; any failed assertion ends with status 1.
import assert from 'node:assert/strict';
import Anthropic, { BadRequestError, NotFoundError, APIUserAbortError } from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema';

const client = new Anthropic({ baseURL: process.argv[2], apiKey: 'any', maxRetries: 0 });
const paris = [{ role: 'user', content: 'What is the capital of France?' }];
const greedy = { model: 'demo', max_tokens: 200, temperature: 0, thinking: { type: 'disabled' } };
const weather = {
  name: 'get_weather',
  description: 'Get the current weather of a city',
  input_schema: {
    type: 'object',
    properties: { city: { type: 'string', description: 'name of the city' } },
    required: ['city'],
  },
};

const message = await client.messages.create({ ...greedy, messages: paris });
assert.match(message.id, /^msg_[0-9a-f]{24}$/);
assert.equal(message.role, 'assistant');
assert.deepEqual(message.content.map((b) => b.type), ['text']);
assert.match(message.content[0].text, /Paris/);
assert.equal(message.stop_reason, 'end_turn');
assert.ok(message.usage.output_tokens > 0);

const rules = {
  system: [{ type: 'text', text: 'You are kind and answer in one sentence. '.repeat(40), cache_control: { type: 'ephemeral' } }],
  messages: paris,
};
const first = (await client.messages.create({ ...greedy, ...rules })).usage;
const second = (await client.messages.create({ ...greedy, ...rules })).usage;
assert.ok(second.cache_read_input_tokens > 100, 'the second time the prompt comes from the cache: ' + JSON.stringify(second));
assert.equal(second.input_tokens + second.cache_read_input_tokens, first.input_tokens + first.cache_read_input_tokens);
const counted = await client.messages.countTokens({ model: 'demo', thinking: { type: 'disabled' }, ...rules });
assert.equal(counted.input_tokens, first.input_tokens + first.cache_read_input_tokens, 'what is counted is what is used');

const types = [];
let streamed = '';
const stream = client.messages.stream({ ...greedy, messages: paris });
stream.on('streamEvent', (event) => types.push(event.type));
stream.on('text', (text) => { streamed += text; });
const final = await stream.finalMessage();
assert.equal(streamed, message.content[0].text, 'greedy answers are the same in one piece and streamed');
assert.deepEqual(final.content, message.content);
assert.equal(final.stop_reason, 'end_turn');
assert.equal(final.usage.output_tokens, message.usage.output_tokens);
assert.equal(types[0], 'message_start');
assert.deepEqual(types.slice(-3), ['content_block_stop', 'message_delta', 'message_stop']);
assert.ok(types.filter((t) => t === 'content_block_delta').length > 2, 'streamed in several pieces');

const thinking = { ...greedy, thinking: { type: 'enabled', budget_tokens: 1024 }, messages: paris };
const thought = await client.messages.create(thinking).withResponse();
assert.deepEqual(thought.data.content.map((b) => b.type), ['thinking', 'text']);
assert.ok(thought.data.content[0].thinking.length > 0);
assert.ok(!thought.data.content[1].text.includes('<think>'), 'no marker leaks');
assert.match(thought.response.headers.get('runtime-notes'), /thinking\.budget_tokens/, 'what has no effect is said');
const thoughtStream = await client.messages.stream(thinking).finalMessage();
assert.deepEqual(thoughtStream.content, thought.data.content);

const short = await client.messages.create({ ...greedy, max_tokens: 2, messages: paris });
assert.equal(short.stop_reason, 'max_tokens');
assert.equal(short.usage.output_tokens, 2);
const stopped = await client.messages.create({ ...greedy, stop_sequences: ['Paris'], messages: paris });
assert.ok(!JSON.stringify(stopped.content).includes('Paris'), 'a stop sequence is not shown');

const messages = [{ role: 'user', content: 'Tell me the weather in Athens.' }];
const call = await client.messages.create({ ...greedy, messages, tools: [weather] });
assert.equal(call.stop_reason, 'tool_use', JSON.stringify(call));
const use = call.content.find((b) => b.type === 'tool_use');
assert.equal(use.name, 'get_weather');
assert.deepEqual(use.input, { city: 'Athens' });
const callStream = await client.messages.stream({ ...greedy, messages, tools: [weather] }).finalMessage();
assert.deepEqual(callStream.content.find((b) => b.type === 'tool_use').input, { city: 'Athens' }, 'the library put the input together');
messages.push({ role: 'assistant', content: call.content }, {
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: use.id, content: [{ type: 'text', text: '{"temperature": 29, "condition": "sunny"}' }] }],
});
const answer = await client.messages.create({ ...greedy, messages, tools: [weather] });
assert.match(answer.content[0].text, /sunny/);
assert.match(answer.content[0].text, /29/);

const none = await client.messages.create({ ...greedy, messages: messages.slice(0, 1), tools: [weather], tool_choice: { type: 'none' } });
assert.ok(none.content.every((b) => b.type === 'text'), 'tool_choice none gives no calls');
const any = await client.messages.create({ ...greedy, messages: messages.slice(0, 1), tools: [weather], tool_choice: { type: 'any' } });
assert.equal(any.stop_reason, 'tool_use');
const named = await client.messages.create({ ...greedy, messages: paris, tools: [weather], tool_choice: { type: 'tool', name: 'get_weather' } });
assert.equal(named.stop_reason, 'tool_use', 'a named call comes even where none is needed');
assert.equal(named.content.find((b) => b.type === 'tool_use').name, 'get_weather');

const schema = {
  type: 'object', required: ['city', 'sure'], additionalProperties: false,
  properties: { city: { type: 'string', maxLength: 20 }, sure: { type: 'boolean' } },
};
for (const transform of [true, false]) {
  const format = { output_config: { format: jsonSchemaOutputFormat(schema, { transform }) } };
  const shaped = await client.messages.parse({ ...greedy, messages: paris, ...format });
  assert.deepEqual(Object.keys(shaped.parsed_output), ['city', 'sure'], 'the library parses what the schema demands');
  assert.equal(typeof shaped.parsed_output.sure, 'boolean');
  const live = await client.messages.stream({ ...greedy, messages: paris, ...format }).finalMessage();
  assert.deepEqual(live.parsed_output, shaped.parsed_output);
}

const asked = [];
const runner = client.beta.messages.toolRunner({
  ...greedy, messages: messages.slice(0, 1),
  tools: [betaTool({
    name: 'get_weather', description: weather.description, inputSchema: weather.input_schema,
    run: ({ city }) => {
      asked.push(city);
      return JSON.stringify({ temperature: 29, condition: 'sunny' });
    },
  })],
});
assert.match((await runner).content[0].text, /29/, 'the library ran the loop: call, result, answer');
assert.deepEqual(asked, ['Athens']);

const long = client.messages.stream({ ...greedy, max_tokens: 400, messages: [{ role: 'user', content: 'Tell me a long story.' }] });
long.on('text', () => long.abort());
await assert.rejects(long.finalMessage(), APIUserAbortError);

await assert.rejects(client.messages.create({ ...greedy, model: 'nope', messages: paris }), (error) => {
  assert.ok(error instanceof NotFoundError, String(error));
  assert.equal(error.error.error.type, 'not_found_error');
  assert.match(error.message, /model 'nope' not found/);
  return true;
});
await assert.rejects(client.messages.create({ ...greedy, max_tokens: 0, messages: paris }), (error) => {
  assert.ok(error instanceof BadRequestError, String(error));
  assert.equal(error.error.error.type, 'invalid_request_error');
  assert.match(error.error.request_id, /^req_/);
  return true;
});
await assert.rejects(client.messages.create({
  ...greedy, messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://example.org/x.png' } }] }],
}), BadRequestError);
console.log('all passed');
