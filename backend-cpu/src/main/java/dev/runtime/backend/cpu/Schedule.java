package dev.runtime.backend.cpu;

import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;
import dev.runtime.backend.cpu.kernels.InputForm;
import dev.runtime.backend.cpu.kernels.Kernels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The order of a program's steps: that of the graph, but linear operators that read the same value move to the first of them,
 * because their input is prepared once and they share one region of the threads.
 *
 * @param steps the nodes of each step
 * @param born by value: the step that makes it
 * @param last by value: the last step that reads it; the number of steps for results of the graph
 */
record Schedule(List<List<Node>> steps, int[] born, int[] last) {
    /** Returns the schedule of a graph. */
    static Schedule of(Graph graph, Kernels kernels) {
        List<Node> nodes = graph.nodes();
        List<List<Node>> steps = new ArrayList<>();
        BitSet taken = new BitSet();
        for (int i = 0; i < nodes.size(); i++) {
            if (!taken.get(i)) {
                List<Node> step = new ArrayList<>();
                for (int j = i; j < nodes.size(); j++) {
                    if (j == i || !taken.get(j) && together(nodes.get(i).op(), nodes.get(j).op(), kernels)) {
                        step.add(nodes.get(j));
                        taken.set(j);
                    }
                }
                steps.add(step);
            }
        }
        int[] born = new int[nodes.size()];
        int[] last = new int[nodes.size()];
        for (int s = 0; s < steps.size(); s++) {
            for (Node node : steps.get(s)) {
                born[node.output().id()] = s;
                last[node.output().id()] = Math.max(last[node.output().id()], s);
                for (Value input : node.op().inputs()) {
                    last[input.id()] = Math.max(last[input.id()], s);
                }
            }
        }
        graph.outputs().values().forEach(value -> last[value.id()] = steps.size());
        return new Schedule(steps, born, last);
    }

    private static boolean together(Op first, Op second, Kernels kernels) {
        return first instanceof Op.Linear a && second instanceof Op.Linear b && a.x().equals(b.x())
                && form(a, kernels) == form(b, kernels);
    }

    private static InputForm form(Op.Linear op, Kernels kernels) {
        return kernels.inputForm(op.weight().tensor().type());
    }
}
