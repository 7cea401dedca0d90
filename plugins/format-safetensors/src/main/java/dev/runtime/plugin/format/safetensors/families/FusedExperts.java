package dev.runtime.plugin.format.safetensors.families;

import dev.runtime.api.model.TensorType;
import dev.runtime.plugin.format.safetensors.weights.Content;
import dev.runtime.plugin.format.safetensors.weights.RawTensor;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * Experts that lie in one tensor, gate and up projection as rows in turn: in four-bit blocks with scales apart, or as plain numbers with
 * input and output the other way round.
 */
final class FusedExperts {
    private static final String PREFIX = "mlp.experts.";
    private static final LongUnaryOperator EVEN = i -> 2 * i;
    private static final LongUnaryOperator ODD = i -> 2 * i + 1;

    private FusedExperts() {}

    /** Tells whether a layer's tensor is one of these. */
    static boolean isPart(String local) {
        return local.startsWith(PREFIX) && (local.startsWith("gate_up_proj", PREFIX.length()) || local.startsWith("down_proj", PREFIX.length()));
    }

    /** Adds what a part gives; scales are taken together with their blocks. */
    static void take(String local, RawTensor tensor, Map<String, RawTensor> raw, TensorPlan plan, String block) {
        boolean down = local.startsWith("down_proj", PREFIX.length());
        String kind = local.substring(local.indexOf("_proj") + 5);
        switch (kind) {
            case "_scales" -> { }
            case "_blocks" -> blocks(tensor, scales(tensor, raw), down, plan, block);
            case "_bias" -> biases(tensor, down, plan, block);
            case "" -> plain(tensor, down, plan, block);
            default -> throw TensorPlan.invalid("experts have no part " + tensor.name());
        }
    }

    private static RawTensor scales(RawTensor blocks, Map<String, RawTensor> raw) {
        RawTensor scales = raw.get(blocks.name().replace("_blocks", "_scales"));
        if (scales == null || scales.data().byteSize() * 16 != blocks.data().byteSize() || scales.data().byteSize() != scales.elements()) {
            throw TensorPlan.invalid("the scales of " + blocks.name() + " are missing or do not fit");
        }
        return scales;
    }

    /** {@code [experts, rows, blocks a row, 16]}. */
    private static void blocks(RawTensor tensor, RawTensor scales, boolean down, TensorPlan plan, String block) {
        check(tensor, 4);
        long experts = tensor.shape()[0];
        long rows = tensor.shape()[1];
        long rowBlocks = tensor.shape()[2];
        if (down) {
            plan.add(block + "ffn_down_exps.weight", TensorType.MXFP4, new long[] {32 * rowBlocks, rows, experts},
                    new Content.FourBitBlocks(tensor.data(), scales.data(), rowBlocks, rows * experts, LongUnaryOperator.identity()));
        } else {
            long[] shape = {32 * rowBlocks, rows / 2, experts};
            plan.add(block + "ffn_gate_exps.weight", TensorType.MXFP4, shape,
                    new Content.FourBitBlocks(tensor.data(), scales.data(), rowBlocks, rows / 2 * experts, EVEN));
            plan.add(block + "ffn_up_exps.weight", TensorType.MXFP4, shape,
                    new Content.FourBitBlocks(tensor.data(), scales.data(), rowBlocks, rows / 2 * experts, ODD));
        }
    }

    /** {@code [experts, rows]}. */
    private static void biases(RawTensor tensor, boolean down, TensorPlan plan, String block) {
        check(tensor, 2);
        TensorPlan.number(tensor);
        long experts = tensor.shape()[0];
        long rows = tensor.shape()[1];
        if (down) {
            plan.add(block + "ffn_down_exps.bias", TensorType.F32, new long[] {rows, experts}, new Content.Floats(tensor, 0));
        } else {
            long[] shape = {rows / 2, experts};
            plan.add(block + "ffn_gate_exps.bias", TensorType.F32, shape, new Content.Floats(tensor, 0, tensor.elements() / 2, EVEN));
            plan.add(block + "ffn_up_exps.bias", TensorType.F32, shape, new Content.Floats(tensor, 0, tensor.elements() / 2, ODD));
        }
    }

    /** {@code [experts, in, out]}. */
    private static void plain(RawTensor tensor, boolean down, TensorPlan plan, String block) {
        check(tensor, 3);
        TensorType type = TensorPlan.number(tensor);
        long experts = tensor.shape()[0];
        long in = tensor.shape()[1];
        long out = tensor.shape()[2];
        int bytes = type.blockBytes();
        if (down) {
            plan.add(block + "ffn_down_exps.weight", type, new long[] {in, out, experts},
                    new Content.Transposed(tensor.data(), bytes, experts, in, out, 0, 1));
        } else {
            long[] shape = {in, out / 2, experts};
            plan.add(block + "ffn_gate_exps.weight", type, shape, new Content.Transposed(tensor.data(), bytes, experts, in, out, 0, 2));
            plan.add(block + "ffn_up_exps.weight", type, shape, new Content.Transposed(tensor.data(), bytes, experts, in, out, 1, 2));
        }
    }

    private static void check(RawTensor tensor, int dimensions) {
        boolean halves = tensor.name().contains("gate_up");
        long rows = dimensions == 3 && tensor.shape().length == 3 ? tensor.shape()[2] : tensor.shape().length > 1 ? tensor.shape()[1] : 0;
        if (tensor.shape().length != dimensions || halves && rows % 2 != 0 || dimensions == 4 && tensor.shape()[3] != 16) {
            throw TensorPlan.invalid(tensor + " has no shape of experts");
        }
    }
}
