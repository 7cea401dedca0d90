package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** A graph with the reference's GELU: of half floats, from a table. What differs then is not the GELU. */
final class HalfGelu {
    private HalfGelu() {}

    static Graph of(Graph graph) {
        GraphBuilder builder = new GraphBuilder();
        List<Value> copies = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Op op = switch (node.op()) {
                case ElementOp.Activate o -> new ElementOp.Activate(o.x(), half(o.activation()));
                case Op.GatedFfn o -> new Op.GatedFfn(o.x(), o.gate(), o.up(), o.down(), half(o.activation()));
                case ExpertOp.MoeFfn o -> new ExpertOp.MoeFfn(o.x(), o.route(), o.gate(), o.up(), o.down(), o.biases(), half(o.activation()),
                        o.scaleInput());
                case Op other -> other;
            };
            copies.add(builder.copy(new Node(op, node.output(), node.name()), value -> copies.get(value.id())));
        }
        graph.outputs().forEach((name, value) -> builder.output(name, copies.get(value.id())));
        return builder.build();
    }

    private static Activation half(Activation activation) {
        return activation == Activation.GELU_TANH ? Activation.GELU_TANH_HALF : activation;
    }
}
