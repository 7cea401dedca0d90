/**
 * The base of the contract: life cycle ({@link dev.runtime.api.Extension}), the running kernel
 * ({@link dev.runtime.api.LocalRuntime}), failures ({@link dev.runtime.api.RuntimeFailure}) and versions
 * ({@link dev.runtime.api.SpiVersion}).
 */
package dev.runtime.api;
