package dev.runtime.plugin.architectures;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import java.util.Arrays;
import java.util.Optional;

/** The tensors of a model file by name, with their shapes checked before a graph refers to them. */
record Tensors(ModelFile file) {
    /** Returns a tensor that must be there. */
    TensorInfo require(String name) {
        return file.tensor(name).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                "the model lacks the tensor " + name + "; the file is incomplete or of another architecture than it says"));
    }

    boolean has(String name) {
        return file.tensor(name).isPresent();
    }

    /** Returns a matrix {@code [in, out]}. */
    Weight matrix(String name, int in, int out) {
        return checked(require(name), in, out);
    }

    /** Returns {@code rows} rows from {@code firstRow} on of a fused matrix {@code [in, out]}. */
    Weight rows(String name, int in, int out, int firstRow, int rows) {
        return new Weight(checked(require(name), in, out).tensor(), firstRow, rows);
    }

    /** Returns the first row of a table {@code [in, any]}. */
    Weight firstRow(String name, int in) {
        TensorInfo tensor = require(name);
        return new Weight(checked(tensor, in, tensor.dim(1)).tensor(), 0, 1);
    }

    /** Returns stacked expert matrices {@code [in, out, experts]}. */
    Weight experts(String name, int in, int out, int experts) {
        return checked(require(name), in, out, experts);
    }

    /** Returns a vector of n elements. */
    Weight vector(String name, int n) {
        return checked(require(name), n);
    }

    /** Returns a vector of n elements, if there is one of that name. */
    Optional<Weight> findVector(String name, int n) {
        return file.tensor(name).map(tensor -> checked(tensor, n));
    }

    /** Returns a vector of {@code in} elements as the matrix {@code [in, 1]}. */
    Weight vectorAsMatrix(String name, int in) {
        return checked(require(name), in);
    }

    /** Returns a vector of n elements named {@code name + suffix} or, in files of other converters, {@code name} alone. */
    Weight vector(String name, String suffix, int n) {
        return vector(has(name + suffix) ? name + suffix : file.tensor(name).map(TensorInfo::name).orElse(name + suffix), n);
    }

    /**
     * Returns norm weights {@code name.weight}, or {@code name} alone: one vector for all of {@code groups} parts of a row of
     * {@code width}, or {@code [width / groups, groups]}.
     */
    Weight normWeight(String name, int width, int groups) {
        TensorInfo tensor = require(has(name + ".weight") || !has(name) ? name + ".weight" : name);
        return tensor.elements() == width && groups > 1 ? checked(tensor, width / groups, groups) : checked(tensor, width / groups);
    }

    private static Weight checked(TensorInfo tensor, long... expected) {
        for (int axis = 0; axis < 4; axis++) {
            if (tensor.dim(axis) != (axis < expected.length ? expected[axis] : 1)) {
                throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "tensor " + tensor.name() + " has shape "
                        + Arrays.toString(tensor.shape()) + " where the hyper-parameters ask for " + Arrays.toString(expected));
            }
        }
        return Weight.of(tensor);
    }
}
