package dev.runtime.backend.cpu.ops;

/** A part of a program, with all addresses in place. Called by the program's thread; allocates nothing. */
@FunctionalInterface
public interface Step {
    /** Does the part for the inputs of the {@link Frame}. */
    void run();
}
