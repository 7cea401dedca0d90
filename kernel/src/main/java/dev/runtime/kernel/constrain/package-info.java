/**
 * Constrained decoding: what a reply may consist of, compiled to an automaton over bytes that says which tokens may come next.
 *
 * <p>The way: a JSON schema, a grammar, a regular expression or a form of calls becomes rules ({@link dev.runtime.kernel.constrain.Rules})
 * of {@link dev.runtime.kernel.constrain.Expression}s; these become a network of nodes with byte edges and calls
 * ({@link dev.runtime.kernel.constrain.Network}); an {@link dev.runtime.kernel.constrain.Automaton} runs it with stacks, makes its states as
 * they are reached, and keeps them with their transitions and token masks; a {@link dev.runtime.kernel.constrain.GrammarMask} follows
 * one reply. Everything from outside is bounded: text, nodes, depth, sets of stacks, states and masks.
 */
package dev.runtime.kernel.constrain;
