package dev.runtime.backend.vulkan.dispatch;

import java.util.List;

/**
 * The kernels and their arguments, in the order in which the source declares them: addresses of 64 bits, then integers and floats of
 * 32 bits. The tests compare this table with what the compiled kernels say of themselves.
 */
public enum Kernel {
    /** Products with a matrix. */
    LINEAR("x w y bias route matrixBytes",
            "rowBytes inputs outputs columns xStride yStride used xShare matrices accumulate scaleByRoute", "scale"),
    /** Rows of a table. */
    EMBED("step table y", "rowBytes width index", "scale"),
    /** Functions of elements. */
    ELEMENTWISE("a b y step", "width elements kind", "f0 f1 f2 f3"),
    /** Norms. */
    NORM("x weight bias y", "part groups weightShared biasShared", "epsilon"),
    /** Lengths and spreads of whole rows. */
    MEASURE("x like y", "width", "factor"),
    /** Parts of rows, chosen rows. */
    COPY("x y step", "groups size xPart xStart yPart yStart", ""),
    /** Rotary positions. */
    ROPE("x y step turns", "heads size start dims kind", "magnitude"),
    /** Keys or values to the cache. */
    STORE("x cache step", "heads size blockTokens", ""),
    /** Attention. */
    ATTENTION("q keys values sinks y step biases buckets", "heads kvHeads blockTokens window farthest", "scale softCap alibi"),
    /** Choice of experts. */
    ROUTE("logits bias factors y", "used groupsUsed normalize", "scale"),
    /** Sum over experts. */
    COMBINE("x route y", "width used weighted", ""),
    /** Convolution along a sequence. */
    CONV1D("x kernel bias y state step", "channels taps", ""),
    /** State space scan. */
    SCAN("x dt b c a d y state step", "heads headSize states groups perState", ""),
    /** Delta rule. */
    DELTA("q k v g beta y state step", "keyHeads valueHeads keySize valueSize tiled", "");

    private final List<String> addresses;
    private final List<String> integers;
    private final List<String> floats;

    Kernel(String addresses, String integers, String floats) {
        this.addresses = words(addresses);
        this.integers = words(integers);
        this.floats = words(floats);
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    /** Returns the names of the arguments that are addresses, or 64-bit numbers. */
    public List<String> addresses() {
        return addresses;
    }

    /** Returns the names of the 32-bit integers. */
    public List<String> integers() {
        return integers;
    }

    /** Returns the names of the floats. */
    public List<String> floats() {
        return floats;
    }

    /** Returns the bytes of all arguments. */
    public int bytes() {
        return 8 * addresses.size() + 4 * (integers.size() + floats.size());
    }
}
