/**
 * Models: files ({@link dev.runtime.api.model.ModelFormat}), their facts ({@link dev.runtime.api.model.Metadata}),
 * architectures that turn them into graphs ({@link dev.runtime.api.model.Architecture}), and the store
 * ({@link dev.runtime.api.model.Models}).
 */
package dev.runtime.api.model;
