package dev.runtime.backend.cuda.ops;

import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.api.graph.Rows;
import dev.runtime.backend.cuda.ffi.Launch;

/** Operators with state along a sequence: blocks are parts of the state times sequences. */
public final class Recurrent {
    /** The most elements of a row of state: registers of a warp. */
    public static final int MOST_STATE = 256;

    private static final int THREADS = 128;
    private static final int WARPS = 4;

    private Recurrent() {}

    /** {@link RecurrentOp.Conv1d}; addresses of the kernel's and the bias's floats, 0 for no bias. */
    public static Step conv1d(Frame frame, RecurrentOp.Conv1d op, Buffer x, long kernel, long bias, Buffer y) {
        int taps = Math.toIntExact(op.kernel().tensor().dim(0));
        Launch launch = frame.launch("recurrent", "conv1d", THREADS, 0, 0, x.address(), kernel, bias, 0, y.address(), taps, x.width());
        return () -> {
            launch.set(0, frame.step());
            launch.set(4, frame.cache().state(op.stateLayer()));
            launch.run(frame.stream(), (x.width() + THREADS - 1) / THREADS, frame.rows(Rows.SEQUENCES), 1);
        };
    }

    /** {@link RecurrentOp.SsmScan}; addresses of the floats of a and d. */
    public static Step ssmScan(Frame frame, RecurrentOp.SsmScan op, Buffer x, Buffer dt, Buffer b, Buffer c, long a, long d, Buffer y) {
        boolean perState = op.a().in() == op.states() && op.states() > 1;
        Launch launch = frame.launch("recurrent", "ssm_scan", THREADS, 0, 0, x.address(), dt.address(), b.address(), c.address(), a, d, 0,
                y.address(), op.heads(), op.headSize(), op.states(), op.groups(), perState ? 1 : 0);
        return () -> {
            launch.set(0, frame.step());
            launch.set(7, frame.cache().state(op.stateLayer()));
            launch.run(frame.stream(), (op.headSize() + WARPS - 1) / WARPS, op.heads(), frame.rows(Rows.SEQUENCES));
        };
    }

    /** {@link RecurrentOp.DeltaNet}. */
    public static Step deltaNet(Frame frame, RecurrentOp.DeltaNet op, Buffer q, Buffer k, Buffer v, Buffer g, Buffer beta, Buffer y) {
        Launch launch = frame.launch("recurrent", "delta_net", THREADS, 0, 0, q.address(), k.address(), v.address(), g.address(),
                beta.address(), 0, y.address(), op.keyHeads(), op.valueHeads(), op.keySize(), op.valueSize(), op.tiled() ? 1 : 0);
        return () -> {
            launch.set(0, frame.step());
            launch.set(6, frame.cache().state(op.stateLayer()));
            launch.run(frame.stream(), (op.valueSize() + WARPS - 1) / WARPS, op.valueHeads(), frame.rows(Rows.SEQUENCES));
        };
    }
}
