package dev.runtime.plugin.format.safetensors.families;

import dev.runtime.plugin.format.safetensors.HfConfig;

/**
 * The order of rows where rotated elements are neighbours. The library rotates element j of a head together with element
 * {@code j + size / 2}; as neighbours they are rows {@code 2 j} and {@code 2 j + 1}.
 *
 * @param size rows of a head
 */
record HeadOrder(long size) {
    /**
     * Returns the order of a projection.
     *
     * @param queries whether it makes queries, which may have more heads than keys
     * @param rows all its rows
     * @param name the tensor's name, for messages
     */
    static HeadOrder of(HfConfig config, boolean queries, long rows, String name) {
        int all = config.require("num_attention_heads");
        int heads = queries ? all : config.integerOr(all, "num_key_value_heads");
        if (rows % heads != 0 || rows / heads % 2 != 0) {
            throw TensorPlan.invalid(name + " has " + rows + " rows for " + heads + " heads");
        }
        return new HeadOrder(rows / heads);
    }

    /** Returns the row of the library's order that comes at a row of the new one. */
    long source(long row) {
        long within = row % size;
        return row - within + within / 2 + within % 2 * (size / 2);
    }
}
