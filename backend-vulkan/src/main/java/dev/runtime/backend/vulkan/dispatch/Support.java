package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Unsupported;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the kernels cannot do: some types of weights and some sizes. */
public final class Support {
    /** The types of weights that the kernels read, those of {@code weights.glsl}. */
    public static final Set<TensorType> TYPES = Set.copyOf(EnumSet.of(TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q4_0,
            TensorType.Q4_1, TensorType.Q5_0, TensorType.Q5_1, TensorType.Q8_0, TensorType.Q1_0, TensorType.Q2_0, TensorType.Q2_K,
            TensorType.Q3_K, TensorType.Q4_K, TensorType.Q5_K, TensorType.Q6_K, TensorType.IQ4_NL, TensorType.IQ4_XS, TensorType.MXFP4,
            TensorType.NVFP4, TensorType.TQ1_0, TensorType.TQ2_0));

    /** The types that the host turns into floats by itself. */
    private static final Set<TensorType> PLAIN = EnumSet.of(TensorType.F32, TensorType.F16, TensorType.BF16);

    /** Elements of a head's value that lanes can keep in registers. */
    private static final int LARGEST_VALUE = 1_024;
    /** Experts whose scores fit into the memory that a workgroup shares. */
    private static final int MOST_EXPERTS = 1_024;

    private Support() {}

    /** Returns the operators of a graph that cannot run, each with the reason. */
    public static List<Unsupported> missing(Graph graph) {
        List<Unsupported> found = new ArrayList<>();
        for (Node node : graph.nodes()) {
            reason(node.op()).ifPresent(reason -> found.add(new Unsupported(node, reason)));
        }
        return found;
    }

    /**
     * Checks a graph before it is compiled.
     *
     * @throws RuntimeFailure with {@code model.unsupported} if operators cannot run
     */
    public static void check(String device, Graph graph) {
        List<Unsupported> missing = missing(graph);
        if (!missing.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, device + " cannot run " + missing.size()
                    + " operators of the model, the first because: " + missing.getFirst().reason());
        }
    }

    private static Optional<String> reason(Op op) {
        for (Weight weight : Graph.weights(op)) {
            if (!TYPES.contains(weight.tensor().type())) {
                return Optional.of("weights of type " + weight.tensor().type() + " have no kernel for the GPU (tensor "
                        + weight.tensor().name() + ")");
            }
        }
        return switch (op) {
            case Op.Attention a when a.spec().valueSize() > LARGEST_VALUE ->
                    Optional.of("values of " + a.spec().valueSize() + " elements a head are more than " + LARGEST_VALUE);
            case ExpertOp.MoeRoute r when r.spec().experts() > MOST_EXPERTS ->
                    Optional.of(r.spec().experts() + " experts are more than " + MOST_EXPERTS);
            case Op.Rope r when r.spec().factors().isPresent() && !PLAIN.contains(r.spec().factors().get().tensor().type()) ->
                    Optional.of("frequency factors of type " + r.spec().factors().get().tensor().type());
            case Op other -> Optional.empty();
        };
    }
}
