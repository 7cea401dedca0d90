/**
 * The engine of one loaded model. Start reading at {@link dev.runtime.kernel.engine.EngineModel}, then {@code Generator}, which is the
 * step.
 *
 * <p><b>A step</b> takes all sequences that have a place in the batch: {@code StepBuilder} gives every decoding sequence its one token,
 * then shares among prompts what {@code PromptPace} allows them of the rest: beside streams a share of the time, without any half a second
 * at most. Where sequences only decode, {@code Speculation} adds guesses that are checked in the same step; it and the pace know from
 * {@code StepCost} what steps take. Guesses are from the text itself or from a {@code DraftModel}, which has a cache and steps of its own on
 * the same thread. Requests join and leave between steps only. The loop's thread is the only one
 * that touches program, KV cache and books, so none of them has a lock; requests come through one queue.
 *
 * <p><b>KV memory</b> is cut into blocks of 32 positions. The pool has as many blocks as all places of the batch need with full contexts,
 * so a sequence that got a place never lacks memory. What sequences do not need keeps old prompts: {@code PrefixCache} finds
 * blocks by their tokens and those before, {@code KvBlockPool} evicts the longest idle one first. Full blocks are never written
 * again, so they are shared; of a block that begins alike and goes on otherwise the equal part is copied.
 *
 * <p><b>A full context</b> keeps its first tokens, drops half of the others, and moves the rest down. What the cache has of the rest moves with
 * it where {@code KeyTurns} finds that only rotations of keys tell positions and the device can turn them: {@code BlockTable} copies rows to
 * new blocks, so that others keep the old ones, and hides what it moved from the prefix cache, since those rows have seen what was dropped.
 * Otherwise, and if a setting says so, the rest is evaluated again.
 *
 * <p><b>Garbage</b>: a request allocates when it is made, on its caller's thread; steady decoding allocates nothing.
 */
package dev.runtime.kernel.engine;
