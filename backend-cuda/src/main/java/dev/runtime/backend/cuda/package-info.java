/**
 * NVIDIA GPUs. A graph becomes steps that start kernels ({@code ops}); weights are brought into the form that kernels read
 * ({@code memory}); the driver is called through {@code ffi}. On hardware all of it ran on one H100 but the operators of images and of T5
 * and the kernels of {@code rows-split.cu}, which have not run on a card yet, see {@code CHECKS.md}; elsewhere the tests run the same kernels
 * on the host behind a stand-in for the driver, which proves nothing about cards.
 */
package dev.runtime.backend.cuda;
