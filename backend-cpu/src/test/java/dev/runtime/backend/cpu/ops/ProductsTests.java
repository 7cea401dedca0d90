package dev.runtime.backend.cpu.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.kernels.RowBuffers;
import dev.runtime.backend.cpu.kernels.ScalarKernels;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.threads.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProductsTests {
    private static final int WIDTH = 64;
    private static final int ROWS = 4096;
    private static final int FETCHED = 393_216;
    private static final int PART = 4_096;

    /** The second thread multiplies the second half of the rows, so it fetches the beginning of that half of the product that came next. */
    @Test
    void aThreadWithoutWorkFetchesItsShareOfWhatCameNext() throws InterruptedException {
        WorkerPool pool = new WorkerPool(2);
        pool.acquire();
        try (Arena arena = Arena.ofShared()) {
            Matrix first = matrix(arena);
            Matrix second = matrix(arena);
            Set<Long> fetched = new ConcurrentSkipListSet<>();
            CountDownLatch complete = new CountDownLatch(FETCHED / PART);
            Kernels scalar = new ScalarKernels();
            Kernels kernels = (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (proxy, method, arguments) -> {
                if (!method.getName().equals("fetch")) {
                    return method.invoke(scalar, arguments);
                }
                long address = (long) arguments[0];
                if (address >= second.address() && address < second.row(ROWS) && fetched.add(address)) {
                    complete.countDown();
                }
                return null;
            });
            Frame frame = new Frame(kernels, pool, 2, new RowBuffers(arena, 2));
            long scratch = scalar.productScratch(WIDTH, 1);
            frame.memory(0, Memory.allocate(arena, 2 * scratch).address(), scratch);
            long x = Memory.allocate(arena, 4L * WIDTH).address();
            Products one = products(frame, arena, first);
            Products other = products(frame, arena, second);
            one.run(x, 1);
            other.run(x, 1);
            assertEquals(Set.of(), fetched);
            one.run(x, 1);
            assertTrue(complete.await(1, TimeUnit.MINUTES), fetched.toString());
            Set<Long> expected = new TreeSet<>();
            for (long at = 0; at < FETCHED; at += PART) {
                expected.add(second.row(ROWS / 2) + at);
            }
            assertEquals(expected, fetched);
        } finally {
            pool.release();
        }
    }

    private static Matrix matrix(Arena arena) {
        return new Matrix(TensorType.F32, Memory.allocate(arena, 4L * WIDTH * ROWS).address(), WIDTH, ROWS, 4L * WIDTH);
    }

    private static Products products(Frame frame, Arena arena, Matrix weight) {
        return new Products(frame, List.of(new Products.Product(weight, 0, Memory.allocate(arena, 4L * ROWS).address(), ROWS)));
    }
}
