/** Computes graphs on the CPU. */
module dev.runtime.backend.cpu {
    requires dev.runtime.api;
    requires static jdk.incubator.vector;
}
