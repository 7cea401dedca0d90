/**
 * Image encoders of models that see: vision transformers and their projectors, from the files that are stored beside the text model.
 *
 * <p>Start reading at {@link dev.runtime.plugin.architectures.images.ImageEncoders}. An image is scaled ({@code Resampling}), cut into patches
 * ({@code PatchGrid}) and encoded by the graph of a {@code Tower}; each family is one small class.
 */
package dev.runtime.plugin.architectures.images;
