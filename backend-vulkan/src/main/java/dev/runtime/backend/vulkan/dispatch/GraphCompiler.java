package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.graph.ElementOp;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.api.graph.RowOp;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import java.util.ArrayList;
import java.util.List;

/** Turns a graph into parts, with all addresses in place. */
public final class GraphCompiler {
    private GraphCompiler() {}

    /** Returns the parts of a graph, in an order in which they can run one after the other. */
    public static List<Part> parts(Graph graph, Frame frame, WorkLayout layout, WeightView weights) {
        List<Part> parts = new ArrayList<>();
        Products products = new Products(frame, layout, weights, parts);
        RowParts rows = new RowParts(frame, layout, weights, parts);
        SequenceParts sequences = new SequenceParts(frame, layout, weights, parts);
        for (Node node : graph.nodes()) {
            switch (node.op()) {
                case Op.Embed o -> rows.embed(node, o);
                case Op.Linear o -> products.linear(node, o);
                case Op.RmsNorm o -> rows.rmsNorm(node, o);
                case Op.LayerNorm o -> rows.layerNorm(node, o);
                case Op.Rope o -> rows.rope(node, o);
                case Op.Attention o -> sequences.attention(node, o);
                case Op.GatedFfn o -> products.gatedFfn(node, o);
                case ElementOp.Activate o -> add(frame, layout, parts, node, Elements.activate(o.activation()));
                case ElementOp.Add o -> add(frame, layout, parts, node, Elements.sum());
                case ElementOp.Mul o -> add(frame, layout, parts, node, Elements.product(o.b().width() != o.a().width()));
                case ElementOp.Scale o -> add(frame, layout, parts, node, Elements.scale(o.factor()));
                case ElementOp.SoftCap o -> add(frame, layout, parts, node, Elements.softCap(o.cap()));
                case ElementOp.Clamp o -> add(frame, layout, parts, node, Elements.clamp(o));
                case ElementOp.PositionScale o -> add(frame, layout, parts, node, Elements.positionScale(o));
                case ElementOp.Xielu o -> add(frame, layout, parts, node, Elements.xielu(o));
                case ElementOp.MatchNorm o -> rows.matchNorm(node, o);
                case ElementOp.DeviationCut o -> rows.deviationCut(node, o);
                case Op.HeadLinear o -> products.headLinear(node, o);
                case ExpertOp.MoeRoute o -> sequences.moeRoute(node, o);
                case ExpertOp.MoeFfn o -> products.moeFfn(node, o);
                case RecurrentOp.Conv1d o -> sequences.conv1d(node, o);
                case RecurrentOp.SsmScan o -> sequences.ssmScan(node, o);
                case RecurrentOp.DeltaNet o -> sequences.deltaNet(node, o);
                case RowOp.Pool o -> rows.pool(node, o);
                case RowOp.Concat o -> rows.concat(node, o);
                case RowOp.Slice o -> rows.slice(node, o);
                case RowOp.SelectOutputs o -> rows.selectOutputs(node, o);
                case RowOp.Input o -> rows.input(node, o);
                case Op.KvWrite o -> {
                    sequences.kvWrite(o);
                    rows.same(node, o.k());
                }
                case RowOp.SelectRuns o -> rows.selectRuns(node, o);
            }
        }
        return parts;
    }

    /** Expands the rows of a weight to floats {@code [rows, in]}, one after the other. */
    public static void expand(Weight weight, long from, long to, Frame frame, Commands commands) {
        RowParts.expand(weight, from, to, frame, commands);
    }

    private static void add(Frame frame, WorkLayout layout, List<Part> parts, Node node, Elements.Operation operation) {
        List<Value> inputs = node.op().inputs();
        Elements.add(frame, parts, operation, layout.region(inputs.getFirst()), layout.region(inputs.getLast()),
                layout.region(node.output()), 1);
    }
}
