package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.model.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A kernel with what is fixed when it is compiled for a device.
 *
 * @param kernel the kernel
 * @param weight the type of the weights that it reads, for kernels that have variants
 * @param constants values of its specialization constants from number 1 on; number 0 is the number of lanes
 */
public record KernelUse(Kernel kernel, Optional<TensorType> weight, List<Integer> constants) {
    /** Copies the list. */
    public KernelUse {
        constants = List.copyOf(constants);
    }

    /** Creates a use of a kernel without variants. */
    static KernelUse of(Kernel kernel, Integer... constants) {
        return new KernelUse(kernel, Optional.empty(), List.of(constants));
    }

    /** Creates a use of a kernel that reads weights. */
    static KernelUse of(Kernel kernel, TensorType weight, Integer... constants) {
        return new KernelUse(kernel, Optional.of(weight), List.of(constants));
    }

    /** Returns the name of the compiled kernel's file, without its ending. */
    public String file() {
        return kernel.name().toLowerCase(Locale.ROOT) + weight.map(type -> "-" + type).orElse("");
    }
}
