package dev.runtime.backend.cpu.kernels;

/** How a matrix product takes its inputs. Products of equal form share one prepared input. */
public enum InputForm {
    /** Floats. */
    FLOAT,
    /** Blocks of 32 integers of 8 bits with a scale in half precision. */
    INT8_32,
    /** Blocks of 256 integers of 8 bits with a scale in single precision. */
    INT8_256
}
