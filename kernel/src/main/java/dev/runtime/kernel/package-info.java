/**
 * The kernel as programs embed it: {@link dev.runtime.kernel.Kernel} and what it is opened with,
 * {@link dev.runtime.kernel.KernelOptions}. The packages below are not exported.
 */
package dev.runtime.kernel;
