package dev.runtime.plugin.architectures;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.Adapter;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The additions of adapters to products (LoRA, Hu et al. 2021): {@code alpha / rank * B A x} beside {@code W x}, from the tensors
 * {@code NAME.lora_a [in, rank]} and {@code NAME.lora_b [rank, out]}. For one graph.
 */
final class LowRank implements Function<Weight, List<Op.Lora>> {
    private static final String DOWN = ".lora_a";
    private static final String UP = ".lora_b";

    private final List<Adapter> adapters;
    private final Set<String> used = new HashSet<>();

    /**
     * Checks that the adapters are made for a model.
     *
     * @throws RuntimeFailure with {@code model.file_invalid} or {@code model.unsupported}
     */
    LowRank(List<Adapter> adapters, ModelFile model) {
        this.adapters = adapters;
        String architecture = model.metadata().requireString("general.architecture");
        for (Adapter adapter : adapters) {
            Metadata m = adapter.file().metadata();
            String type = m.string("adapter.type").orElse("");
            String made = m.string("general.architecture").orElse("");
            if (!type.equals("lora")) {
                throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "adapter.type of " + adapter.id() + " is '" + type + "'; lora is supported");
            }
            if (!made.equals(architecture)) {
                throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, adapter.id() + " is made for the architecture '" + made
                        + "', the model's is '" + architecture + "'; choose the model that it was trained on");
            }
        }
    }

    @Override
    public List<Op.Lora> apply(Weight weight) {
        List<Op.Lora> additions = new ArrayList<>();
        for (Adapter adapter : adapters) {
            String name = weight.tensor().name();
            adapter.file().tensor(name + DOWN).ifPresent(down -> additions.add(addition(adapter, weight, down, name + UP)));
        }
        return additions;
    }

    private Op.Lora addition(Adapter adapter, Weight weight, TensorInfo down, String upName) {
        TensorInfo up = adapter.file().tensor(upName).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, adapter.id()
                + " has " + down.name() + " and lacks " + upName + "; the file is incomplete"));
        long rank = down.dim(1);
        if (down.dim(0) != weight.in() || up.dim(0) != rank || up.dim(1) != weight.tensor().dim(1) || down.elements() != weight.in() * rank
                || up.elements() != rank * up.dim(1)) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, adapter.id() + " adds " + down + " and " + up + " to " + weight.tensor()
                    + ", which does not fit; choose the model that it was trained on");
        }
        used.add(adapter.named(down).name());
        used.add(adapter.named(up).name());
        double alpha = adapter.file().metadata().number("adapter.lora.alpha", 0);
        float scale = (float) (adapter.scale() * (alpha == 0 ? 1 : alpha / rank));
        return new Op.Lora(Weight.of(adapter.named(down)), new Weight(adapter.named(up), weight.firstRow(), weight.rows()), scale);
    }

    /**
     * Refuses adapters with tensors that no product of the graph took: leaving them out would give another model than was asked for.
     *
     * @throws RuntimeFailure with {@code model.unsupported}
     */
    void requireAllUsed() {
        for (Adapter adapter : adapters) {
            for (TensorInfo tensor : adapter.file().tensors()) {
                if (!used.contains(adapter.named(tensor).name())) {
                    throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, adapter.id() + " changes " + tensor.name()
                            + ", which is not supported for this model; merge the adapter into the weights");
                }
            }
        }
    }
}
