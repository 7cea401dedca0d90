package dev.runtime.backend.cpu.ops;

import dev.runtime.api.backend.CacheMove;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.backend.cpu.cache.CpuKvCache;
import dev.runtime.backend.cpu.cache.LayerStore;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.quant.Dequantizer;
import dev.runtime.backend.cpu.quant.Dequantizers;
import dev.runtime.backend.cpu.quant.RowEncoder;
import java.util.Optional;
import java.util.function.Function;

/** Moves the rows of one layer, see {@link CacheMove}: rotated keys become floats, are rotated on, and are stored again. */
public final class CacheTurn {
    private static final int PARTS = 64;

    private final CacheMove move;
    private final LayerStore store;
    private final Optional<Turn> turn;
    private final Dequantizer decoder;
    private final RowEncoder encoder;

    /** A rotation with the angle of each pair at position 1. */
    private record Turn(RopeSpec spec, double[] angles) {}

    private CacheTurn(CacheMove move, LayerStore store, Optional<Turn> turn, RowEncoder encoder) {
        this.move = move;
        this.store = store;
        this.turn = turn;
        decoder = Dequantizers.of(store.keyType()).orElseThrow();
        this.encoder = encoder;
    }

    /** Returns the bytes of scratch that a thread needs for keys of a size: one as floats, cosine and sine of its pairs. */
    public static long scratch(int keySize) {
        return 8L * keySize;
    }

    /**
     * Makes a checked move in all layers.
     *
     * @param factors gives the divisors of a rotation's frequencies, or none
     */
    public static void run(Frame frame, CpuKvCache cache, CacheMove move, Function<RopeSpec, float[]> factors) {
        int parts = Math.min(move.count(), PARTS);
        for (CacheLayout.KvLayer layer : cache.layout().kvLayers()) {
            Optional<Turn> turn = Optional.ofNullable(move.turns().get(layer.index()))
                    .map(spec -> new Turn(spec, Rotation.angles(spec, factors.apply(spec))));
            LayerStore store = cache.layer(layer.index());
            CacheTurn rows = new CacheTurn(move, store, turn, frame.kernels().encoder(store.keyType()));
            frame.parallel((part, slot) -> rows.run((int) ((long) move.count() * part / parts),
                    (int) ((long) move.count() * (part + 1) / parts), frame.scratch(slot)), parts);
        }
    }

    private void run(int begin, int end, long scratch) {
        CacheLayout.KvLayer layer = store.layer();
        long table = scratch + 4L * layer.keySize();
        // the magnitude is in the keys already
        turn.ifPresent(t -> Rotation.tableRow(table, move.to() - move.from(), t.angles, 1));
        for (int i = begin; i < end; i++) {
            int source = block(move.source(), move.from() + i);
            int target = block(move.target(), move.to() + i);
            int row = move.from() + i & store.blockTokens() - 1;
            int targetRow = move.to() + i & store.blockTokens() - 1;
            for (int head = 0; head < layer.heads(); head++) {
                key(store.key(source, head) + store.keyRowBytes() * row, store.key(target, head) + store.keyRowBytes() * targetRow, scratch, table);
                Memory.copy(store.value(source, head) + store.valueRowBytes() * row,
                        store.value(target, head) + store.valueRowBytes() * targetRow, store.valueRowBytes());
            }
        }
    }

    private int block(int[] chain, int position) {
        return chain[position / store.blockTokens()];
    }

    private void key(long from, long to, long scratch, long table) {
        if (turn.isEmpty()) {
            Memory.copy(from, to, store.keyRowBytes());
            return;
        }
        decoder.expand(from, store.layer().keySize(), scratch);
        Rotation.rotate(turn.get().spec, scratch, scratch, table);
        encoder.encode(scratch, store.layer().keySize(), to);
    }
}
