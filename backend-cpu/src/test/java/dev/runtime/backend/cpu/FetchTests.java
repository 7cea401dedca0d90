package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runtime.backend.cpu.kernels.Kernels;
import java.util.List;
import org.junit.jupiter.api.Test;

class FetchTests {
    /** What is asked for ahead may have been given back meanwhile: the process would end if that were read. */
    @Test
    void memoryThatIsNotThereMayBeFetched() {
        Kernels kernels = KernelChoice.best();
        assumeTrue(kernels.features().contains("native"), "no native kernels here");
        for (long address : List.of(0L, 1L, 4096L, 0x7fff_ffff_f000L, -4096L)) {
            assertDoesNotThrow(() -> kernels.fetch(address, 4096));
        }
    }
}
