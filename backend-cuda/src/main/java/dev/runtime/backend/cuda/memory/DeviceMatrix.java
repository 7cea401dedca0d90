package dev.runtime.backend.cuda.memory;

/**
 * A weight on the device.
 *
 * @param form how it lies there
 * @param address of the tensor
 * @param blocks of the tensor; elements of plain types
 * @param first block (element) of the first row used
 * @param stack blocks (elements) from one matrix of a stack to the next
 * @param in elements of a row
 * @param rows rows used, of each matrix
 */
public record DeviceMatrix(WeightForm form, long address, long blocks, long first, long stack, int in, int rows) {}
