/**
 * Requests and events of the engine, one model for all dialects. {@link dev.runtime.api.inference.Inference} is the service,
 * {@link dev.runtime.api.inference.GenerateRequest} and {@link dev.runtime.api.inference.GenerationEvent} its two sides.
 */
package dev.runtime.api.inference;
