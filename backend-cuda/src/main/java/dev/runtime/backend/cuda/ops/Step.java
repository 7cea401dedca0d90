package dev.runtime.backend.cuda.ops;

/** A part of a program, with all addresses in place. Starts kernels and waits for none; allocates nothing once warm. */
@FunctionalInterface
public interface Step {
    /** Starts the part for the inputs of the {@link Frame}. */
    void run();
}
