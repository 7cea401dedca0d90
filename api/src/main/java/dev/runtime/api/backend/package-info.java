/**
 * Hardware: a {@link dev.runtime.api.backend.Backend} brings devices, a {@link dev.runtime.api.backend.Device} compiles a graph once
 * into a {@link dev.runtime.api.backend.Program} and holds the {@link dev.runtime.api.backend.KvCache}; the kernel runs the program with
 * a {@link dev.runtime.api.backend.StepInputs} a step.
 */
package dev.runtime.api.backend;
